// What a pointer rests on stays where it is. In a room of many, others' messages scroll nothing away
// from whoever is about to press, and a press right after something moved is of what stood there before.

const JUST_MOVED = 600; // milliseconds
const TREMBLE = 8; // pixels that a hand moves between two clicks
const TOUCHED = 5000; // a finger that was there so lately is about to press again

export class Stillness {
  constructor(scroll) {
    this.scroll = scroll;
    this.isOver = false;
    this.at = null; // where the pointer was seen last
    this.touched = -Infinity;
    this.moved = -Infinity;
    const seen = (event) => {
      if (this.isElsewhere(event)) this.moved = -Infinity; // whoever goes there has looked
      this.at = [event.clientX, event.clientY];
      if (event.pointerType === "mouse") this.isOver = true;
      else this.touched = performance.now();
    };
    for (const name of ["pointerenter", "pointermove", "pointerdown"]) {
      scroll.addEventListener(name, seen);
    }
    scroll.addEventListener("pointerleave", () => (this.isOver = false));
    scroll.addEventListener("click", (event) => this.guard(event), true);
  }

  // Whether somebody is at the messages: a pointer, a finger just now, or the focus.
  get holds() {
    const touched = performance.now() - this.touched < TOUCHED;
    return this.isOver || touched || this.scroll.contains(document.activeElement);
  }

  isElsewhere({ clientX, clientY }) {
    const [x, y] = this.at || [clientX, clientY];
    return Math.hypot(clientX - x, clientY - y) > TREMBLE;
  }

  // Change the page, and note if something else is under the pointer then.
  during(change) {
    const before = this.underPointer();
    const made = change();
    if (before !== this.underPointer()) this.moved = performance.now();
    return made;
  }

  // What would be pressed there, by its words: a message that is drawn again is the same.
  underPointer() {
    if (!this.at) return "";
    const node = document.elementFromPoint(...this.at)?.closest("button, a");
    return node ? `${node.closest("[data-id]")?.dataset.id} ${node.textContent}` : "";
  }

  // Keys know what they press: their events have no clicks to count.
  guard(event) {
    if (event.detail === 0 || performance.now() - this.moved > JUST_MOVED) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
