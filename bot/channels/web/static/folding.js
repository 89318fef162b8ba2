// The keyboard of a card, in one row: what is pressed most, and the rest behind «…».

import { element } from "./dom.js";

const NARROW = matchMedia("(max-width: 520px)");
const FIRST = { narrow: 2, wide: 4 };

// Fold a keyboard that has more buttons than fit; `more` is the name of the button that unfolds it.
export function fold(keyboard, more) {
  const buttons = [...keyboard.querySelectorAll(".row > *")];
  const first = NARROW.matches ? FIRST.narrow : FIRST.wide;
  if (buttons.length <= first + 1) return;
  const rest = element("div", { class: "row" }, ...buttons.slice(first));
  rest.hidden = true;
  const unfold = element("button", { type: "button", class: "more", "aria-expanded": "false" }, "…");
  unfold.setAttribute("aria-label", more);
  unfold.addEventListener("click", () => {
    rest.hidden = !rest.hidden;
    unfold.setAttribute("aria-expanded", String(!rest.hidden));
  });
  const row = element("div", { class: "row folded" }, ...buttons.slice(0, first), unfold);
  keyboard.replaceChildren(row, rest);
}
