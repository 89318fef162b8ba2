// The chat on another device: a picture for its camera, a link, a code. They serve once.

import { element, named } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const CLOCK = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: "2-digit",
  minute: "2-digit",
});

export class Device {
  constructor(texts) {
    this.texts = texts;
    this.code = document.getElementById("code");
    this.give = document.getElementById("give-code");
    this.give.addEventListener("click", () => this.ask());
  }

  // Who looks over the shoulder later sees nothing.
  clear() {
    this.code.hidden = true;
    this.code.replaceChildren();
  }

  async ask() {
    this.give.disabled = true;
    try {
      const answer = await fetch("/chat/device/code", { method: "POST" });
      this.show(await answer.json());
    } catch {
      this.show({ error: this.texts.deviceFailed });
    }
    this.give.disabled = false;
  }

  show(given) {
    this.code.hidden = false;
    if (given.error) {
      this.code.replaceChildren(element("p", {}, given.error));
      return;
    }
    this.give.textContent = this.texts.deviceAgain;
    const until = CLOCK.format(new Date(given.ends));
    this.code.replaceChildren(
      element("p", {}, this.texts.deviceScan),
      this.drawn(given.qr),
      element("p", { class: "choice" }, this.share(given.link)),
      element("p", {}, named(this.texts.deviceType, given.page)),
      element("p", { class: "digits" }, given.code),
      element("p", {}, named(this.texts.deviceOnce, until)),
    );
    this.code.scrollIntoView({ block: "nearest" });
  }

  drawn({ side, path }) {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", `0 0 ${side} ${side}`);
    drawing.setAttribute("aria-hidden", "true"); // the link and the code say the same
    const dark = document.createElementNS(SVG, "path");
    dark.setAttribute("d", path);
    drawing.append(dark);
    return drawing;
  }

  // A phone hands the link to any of its apps; elsewhere it is copied.
  share(link) {
    const shares = Boolean(navigator.share);
    const label = shares ? this.texts.deviceShare : this.texts.deviceCopy;
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", async () => {
      try {
        if (shares) await navigator.share({ url: link });
        else {
          await navigator.clipboard.writeText(link);
          button.textContent = this.texts.deviceCopied;
        }
      } catch {
        // the share sheet was closed, or the browser does not let us: then the link is shown
        if (!shares) button.replaceWith(element("span", {}, link));
      }
    });
    return button;
  }
}
