// The messages on the page: their order, their days, and what of them is in sight.

import { element } from "./dom.js";
import { Newest } from "./newest.js";
import { Stillness } from "./stillness.js";

const CLOSE_TO_END = 80; // pixels
const ABOVE = 8; // pixels above a message that begins at the top
const LANGUAGE = document.documentElement.lang;
const DAY = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "long", year: "numeric" });

export class Log {
  // `isShared`: many write here, so others' messages move nothing.
  constructor(texts, renderer, isShared) {
    this.texts = texts;
    this.isShared = isShared;
    this.renderer = renderer;
    this.box = document.getElementById("log");
    this.scroll = document.getElementById("scroll");
    this.messages = new Map(); // id -> { message, node }
    this.waiting = new Map(); // the page's own id -> node of what is not acknowledged
    this.days = new Map();
    this.edited = "";
    this.awaits = false; // the person did something here, and the bot's answer is shown at once
    this.following = true; // the reader is at the end and stays there
    this.top = 0;
    this.stillness = new Stillness(this.scroll);
    this.newest = new Newest(texts, () => this.toEnd());
    this.scroll.addEventListener("scroll", () => this.scrolled());
    const resized = new ResizeObserver(() => this.following && !this.isHeld && this.toEnd());
    resized.observe(this.box);
    resized.observe(this.scroll);
  }

  get isEmpty() {
    return !this.messages.size && !this.waiting.size;
  }

  seen() {
    const ids = [...this.messages.keys()];
    if (!ids.length) return {};
    return {
      first: Math.min(...ids),
      last: Math.max(...ids),
      edited: this.edited || null,
      count: ids.length,
    };
  }

  get first() {
    return Math.min(...this.messages.keys());
  }

  clear() {
    for (const { node } of this.messages.values()) node.remove();
    this.messages.clear();
  }

  // What was erased. Whether any of it had files.
  remove(ids) {
    let files = false;
    for (const id of ids) {
      const known = this.messages.get(id);
      if (!known) continue;
      files ||= known.message.files.length > 0;
      known.node.remove();
      this.messages.delete(id);
    }
    if (files) this.renderer.pictures.close();
    this.setDays();
    return files;
  }

  addAll(messages) {
    for (const message of messages) this.put(message);
    this.setDays();
  }

  // Whether somebody may be about to press what is shown now.
  get isHeld() {
    return this.isShared && this.stillness.holds;
  }

  add(message) {
    const isNew = this.stillness.during(() => this.put(message));
    this.setDays();
    if (!isNew || message.hidden) return;
    if (message.mine) this.acted(message.pressed);
    else if (message.asks || (this.awaits && message.bot && !message.news)) {
      this.awaits = false;
      this.toEnd();
    } else this.came();
  }

  // Of a press in a room of many nothing moves until the bot asks something.
  acted(isPress) {
    this.awaits = this.isShared;
    if (!(this.isShared && isPress)) this.toEnd();
  }

  came() {
    if (this.isHeld) this.following = false;
    this.newest.came(!this.following);
  }

  addOlder(messages) {
    const before = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.addAll(messages);
    this.scroll.scrollTop = this.scroll.scrollHeight - before;
  }

  // A message that is there already is replaced where it was edited. Whether it is new.
  put(message) {
    this.drop(message.client);
    if (message.edited > this.edited) this.edited = message.edited;
    const known = this.messages.get(message.id);
    if (known && known.message.edited === message.edited) return false;
    const node = this.renderer.render(message);
    this.messages.set(message.id, { message, node });
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(node);
      // A keyboard that went made the log shorter: that is no step up of the reader.
      if (this.following && !this.isHeld) this.toEnd();
      if (hadFocus) (node.querySelector("button") || this.scroll).focus({ preventScroll: true });
      return false;
    }
    let after = this.box.lastElementChild;
    while (after && !(Number(after.dataset.id) < message.id)) after = after.previousElementSibling;
    if (after) after.after(node);
    else this.box.prepend(node);
    return true;
  }

  // Show what the person just did, before the server has it.
  wait(item) {
    if (!item.shown || this.waiting.has(item.id)) return;
    const node = this.renderer.waiting(item.shown);
    this.waiting.set(item.id, node);
    this.box.append(node);
    this.acted(item.type === "press");
  }

  // Whether the line is up is told under what waits, too.
  tellWaiting(isUp) {
    for (const node of this.waiting.values()) {
      node.querySelector(".foot").textContent = isUp ? this.texts.sending : this.texts.unsent;
    }
  }

  drop(id) {
    this.waiting.get(id)?.remove();
    this.waiting.delete(id);
  }

  // A line with the date before the first message of each day.
  setDays() {
    const needed = new Set();
    let before = "";
    for (const node of [...this.box.querySelectorAll("[data-id]")]) {
      const at = new Date(this.messages.get(Number(node.dataset.id)).message.at);
      const day = DAY.format(at);
      if (day !== before) {
        needed.add(day);
        if (!this.days.has(day)) this.days.set(day, element("p", { class: "day" }));
        const line = this.days.get(day);
        line.textContent = this.nameOf(day);
        if (node.previousElementSibling !== line) node.before(line);
      }
      before = day;
    }
    for (const [day, line] of this.days) if (!needed.has(day)) line.remove();
  }

  nameOf(day) {
    const now = new Date();
    if (day === DAY.format(now)) return this.texts.today;
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    return day === DAY.format(yesterday) ? this.texts.yesterday : day;
  }

  // To the end of the last message; to its first line if it is taller than the window.
  toEnd() {
    this.following = true;
    this.newest.isReached();
    this.stillness.during(() => this.scrollToEnd());
  }

  scrollToEnd() {
    const last = this.box.lastElementChild;
    const tall = last && last.offsetHeight + ABOVE > this.scroll.clientHeight;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    if (!tall || last.classList.contains("mine")) return;
    const above = last.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top;
    this.scroll.scrollTop += above - ABOVE;
    this.top = this.scroll.scrollTop;
    this.following = false; // who reads on is not pulled back
  }

  // Show a message that is there, and go to it.
  show(id) {
    const node = this.messages.get(id)?.node;
    if (!node) return false;
    this.following = false;
    node.scrollIntoView({ block: "start" });
    (node.querySelector(".buttons button") || this.scroll).focus({ preventScroll: true });
    return true;
  }

  scrolled() {
    const left = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight;
    // What comes in a burst makes the log longer before this is called: only a step up is a wish.
    if (left < CLOSE_TO_END) this.following = true;
    else if (this.scroll.scrollTop < this.top) this.following = false;
    this.top = this.scroll.scrollTop;
    if (this.following) this.newest.isReached();
  }
}
