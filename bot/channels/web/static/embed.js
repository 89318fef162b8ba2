(() => {
  const code = location.search.match(/(?:place|topic)=[\w-]+/) || "";
  const chat = new URL("/chat?" + code, document.currentScript.src).href;
  const low = matchMedia("(max-width: 520px), (max-height: 520px)");
  const bubble = document.createElement("button");
  let frame;
  const look = (node, style) => Object.assign(node.style, style, { position: "fixed", zIndex: 9999, border: 0 });
  const place = () => {
    const whole = low.matches;
    if (frame) look(frame, {
      right: whole ? 0 : "20px",
      bottom: whole ? 0 : "92px",
      width: whole ? "100%" : "400px",
      height: whole ? "calc(100% - 60px)" : "min(640px, calc(100% - 112px))",
      borderRadius: whole ? 0 : "16px",
      boxShadow: "0 8px 32px rgb(0 0 0 / 30%)",
      background: "#fff",
    });
    const over = whole && frame && !frame.hidden;
    look(bubble, {
      right: over ? "8px" : "20px",
      bottom: over ? "auto" : "20px",
      top: over ? "6px" : "auto",
      width: over ? "48px" : "60px",
      height: over ? "48px" : "60px",
      borderRadius: "50%",
      background: "COLOUR",
      color: "#fff",
      font: "26px/1 sans-serif",
      cursor: "pointer",
    });
  };
  const turn = (open) => {
    if (open && !frame) {
      frame = document.createElement("iframe");
      Object.assign(frame, { src: chat, title: "TITLE", allow: "geolocation; clipboard-write" });
      document.body.append(frame);
    }
    frame.hidden = !open;
    bubble.textContent = open ? "×" : "💬";
    bubble.setAttribute("aria-label", open ? "CLOSE" : "TITLE");
    bubble.setAttribute("aria-expanded", open);
    place();
  };
  bubble.textContent = "💬";
  bubble.setAttribute("aria-label", "TITLE");
  bubble.onclick = () => turn(!frame || frame.hidden);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame && !frame.hidden) turn(false);
  });
  low.addEventListener("change", place);
  place();
  document.body.append(bubble);
})();
