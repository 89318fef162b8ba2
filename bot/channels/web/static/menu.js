// The menu beside the field: what a person may begin, whatever is being asked.

export class Menu {
  // `chosen(command, fills)`: `fills` if words are to follow the command.
  constructor(chosen) {
    this.button = document.getElementById("menu-button");
    this.box = document.getElementById("menu");
    this.items = [...this.box.querySelectorAll("button")];
    this.button.addEventListener("click", () => this.turn(this.box.hidden));
    this.box.addEventListener("click", (event) => {
      const item = event.target.closest("button");
      if (!item) return;
      this.turn(false);
      chosen(item.dataset.command, "fills" in item.dataset);
    });
    this.box.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      const inside = this.box.contains(event.target) || this.button.contains(event.target);
      if (!inside) this.turn(false);
    });
    this.box.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (to && to !== this.button && !this.box.contains(to)) this.turn(false);
    });
  }

  turn(open) {
    this.box.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.items[0].focus();
  }

  key(event) {
    const at = this.items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") {
      this.turn(false);
      this.button.focus();
    } else if (to === undefined) return;
    else this.items[(to + this.items.length) % this.items.length].focus();
    event.preventDefault();
  }
}
