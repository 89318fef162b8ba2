// What stays in sight above the messages: whom to call, and cards that nobody has taken.

import { element, named } from "./dom.js";

const CALL_FOR = 24 * 3600_000; // milliseconds; what was in danger yesterday is not any more

// Whom to call, after words of danger, until the person puts it away.
export class CallStrip {
  constructor(texts, account) {
    this.texts = texts;
    this.key = `mcu.called.${account}`;
    this.box = document.getElementById("call");
    this.shown = 0;
  }

  get putAway() {
    try {
      return Number(localStorage.getItem(this.key) || 0);
    } catch {
      return this.last || 0;
    }
  }

  // The newest message that says whom to call; none: nothing stays.
  show(messages) {
    if (!this.box) return;
    let last = null;
    for (const message of messages) if (message.call && !(message.id < last?.id)) last = message;
    const isOver = !last || last.id <= this.putAway || Date.now() - new Date(last.at) > CALL_FOR;
    if (isOver) this.hide();
    else if (last.id !== this.shown) this.fill(last);
  }

  fill({ id, call }) {
    this.shown = id;
    const links = call.numbers.map(([label, number]) => {
      return element("a", { href: `tel:${number.replace(/[^\d+]/g, "")}` }, label);
    });
    const away = { type: "button", class: "quiet icon", "aria-label": this.texts.putAway };
    const button = element("button", away, "×");
    button.addEventListener("click", () => this.dismiss());
    this.box.replaceChildren(
      element("p", {}, call.text),
      element("div", { class: "numbers" }, ...links),
      button,
    );
    this.box.hidden = false;
  }

  dismiss() {
    this.last = this.shown;
    try {
      localStorage.setItem(this.key, String(this.shown));
    } catch {
      // kept in memory then
    }
    this.hide();
    document.getElementById("text").focus();
  }

  hide() {
    this.shown = 0;
    this.box.hidden = true;
    this.box.replaceChildren();
  }
}

// Cards of danger, until somebody takes them; each is a step away.
export class AlarmStrip {
  constructor(texts, go) {
    this.texts = texts;
    this.go = go;
    this.box = document.getElementById("alarms");
    this.cards = new Map(); // id -> its number and the resident's first words
  }

  reset(messages) {
    if (!this.box) return;
    this.cards.clear();
    for (const message of messages) this.note(message);
    this.draw();
  }

  hear(message) {
    if (!this.box) return;
    this.note(message);
    this.draw();
  }

  forget(ids) {
    if (!this.box) return;
    for (const id of ids) this.cards.delete(id);
    this.draw();
  }

  note({ id, alarm, text }) {
    if (alarm) this.cards.set(id, line(text));
    else this.cards.delete(id);
  }

  draw() {
    const drawn = JSON.stringify([...this.cards]);
    if (drawn === this.drawn) return; // else it would be read aloud with each message
    this.drawn = drawn;
    this.box.hidden = !this.cards.size;
    const buttons = [...this.cards].sort(([a], [b]) => a - b).map(([id, line]) => {
      return element("button", { type: "button", onclick: () => this.go(id) }, line);
    });
    const title = element("p", {}, named(this.texts.alarms, this.cards.size));
    this.box.replaceChildren(title, element("div", { class: "numbers" }, ...buttons));
  }
}

// Of a card: its number and what the resident wrote, which stands behind a mark.
function line(text) {
  const [head, ...rest] = text.split("\n");
  const words = rest.find((one) => one.startsWith("› "));
  const number = head.split(" · ", 1)[0];
  return words ? `${number} · ${words.slice(2, 80)}` : head;
}
