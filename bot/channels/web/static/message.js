// One message as the page shows it: who and when, quote, files, text, buttons.

import { element, named } from "./dom.js";
import { fold } from "./folding.js";
import { Pictures } from "./pictures.js";

// Addresses up to the signs that end a sentence, and words that may be commands.
const PRESSABLE = /https:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]|(?:^|[\s«(])\/[a-z_]{2,20}(?![\w/])/gm;
const CLOCK = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: "2-digit",
  minute: "2-digit",
});

// Whoever goes back from the field comes to the first answer, not to the last: a step, not twenty.
let goesBack = false;
document.addEventListener("keydown", (event) => {
  goesBack = event.key === "Tab" && event.shiftKey;
});

function enterAtFirst(keyboard, from) {
  if (goesBack && from && !keyboard.contains(from)) keyboard.querySelector("button, a").focus();
}

export class Renderer {
  // `acts`: press(message, button, node), locate(message, node), answer(message), edit(message),
  // command(text), canAnswer(message). `commands`: each with its label, or with itself.
  constructor(texts, commands, acts) {
    this.texts = texts;
    this.commands = new Map(Object.entries(commands));
    this.acts = acts;
    this.pictures = new Pictures(texts);
  }

  // What the person just did, before the server has it.
  waiting({ text, quote = null, names = [] }) {
    const bubble = element("div", { class: "bubble" });
    if (quote) bubble.append(element("p", { class: "quote" }, quote));
    if (names.length) bubble.append(element("p", { class: "text" }, names.join(", ")));
    if (text) bubble.append(element("p", { class: "text" }, this.spoken(text)));
    const foot = element("p", { class: "foot" }, this.texts.sending);
    return element("article", { class: "message mine waiting" }, bubble, foot);
  }

  render(message) {
    // What a colleague is asked: it is counted, and shown to them alone.
    if (message.hidden) return element("article", { hidden: "", "data-id": message.id });
    const who = message.mine ? "mine" : message.bot ? "bot" : "other";
    const names = { mine: this.texts.me, bot: message.author || this.texts.bot };
    const author = { class: who === "other" ? "author" : "author hidden", id: `by-${message.id}` };
    const bubble = element("div", { class: "bubble" });
    bubble.append(element("p", author, names[who] ?? message.author));
    if (message.quote) {
      const quoted = message.quote.author
        ? `${message.quote.author}: ${message.quote.text}`
        : message.quote.text;
      bubble.append(element("p", { class: "quote" }, quoted));
    }
    if (message.files.length) bubble.append(this.pictures.render(message));
    if (message.text) bubble.append(this.text(message));
    const marks = `${message.pressed ? " pressed" : ""}${message.alarm ? " alarm" : ""}`;
    const node = element(
      "article",
      {
        class: `message ${who}${marks}`,
        "data-id": message.id,
        "aria-labelledby": `by-${message.id} at-${message.id}`,
      },
      bubble,
    );
    if (message.rows.length) node.append(this.buttons(message));
    node.append(this.foot(message));
    return node;
  }

  text(message) {
    const paragraph = element("p", { class: "text" });
    if (message.pressed && !message.mine) {
      paragraph.append(named(this.texts.pressed, message.text));
      return paragraph;
    }
    const text = message.mine ? this.spoken(message.text) : message.text;
    let end = 0;
    for (const found of text.matchAll(PRESSABLE)) {
      const words = found[0].replace(/^[\s«(]/, "");
      const node = words.startsWith("/") ? this.command(message, words) : this.link(words);
      if (!node) continue;
      const begin = found.index + found[0].length - words.length;
      paragraph.append(text.slice(end, begin), node);
      end = begin + words.length;
    }
    paragraph.append(text.slice(end));
    return paragraph;
  }

  link(address) {
    return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
  }

  // A command in the bot's words can be pressed.
  command(message, words) {
    if (!message.bot || !this.commands.has(words)) return null;
    const act = { type: "button", class: "command", onclick: () => this.acts.command(words) };
    return element("button", act, words);
  }

  // The command behind a button reads as the button did.
  spoken(text) {
    return this.commands.get(text) ?? text;
  }

  buttons(message) {
    const keyboard = element("div", { class: "buttons" });
    keyboard.addEventListener("focusin", (event) => enterAtFirst(keyboard, event.relatedTarget));
    for (const row of message.rows) {
      keyboard.append(
        element("div", { class: "row" }, ...row.map((button) => this.button(message, button))),
      );
    }
    if (message.card) fold(keyboard, this.texts.moreActions);
    return keyboard;
  }

  button(message, button) {
    if (button.kind === "url") {
      const safe = /^https?:\/\//.test(button.url) ? button.url : "about:blank";
      return element(
        "a",
        { href: safe, target: "_blank", rel: "noopener noreferrer", class: button.tone },
        button.label,
      );
    }
    const isBare = button.number && !button.label.startsWith(`${button.number}. `);
    const number = isBare ? { "data-number": button.number } : {};
    const looks = { type: "button", class: button.tone, ...number };
    const node = element("button", looks, button.label);
    node.addEventListener("click", () => {
      if (node.getAttribute("aria-disabled") === "true") return;
      if (button.kind === "location") this.acts.locate(message, node);
      else this.acts.press(message, button, node);
    });
    return node;
  }

  foot(message) {
    const at = { datetime: message.at, id: `at-${message.id}` };
    const foot = element(
      "p",
      { class: "foot" },
      element("time", at, CLOCK.format(new Date(message.at))),
    );
    if (message.edited && !message.bot) foot.append(`· ${this.texts.edited}`);
    const left = Date.parse(message.until) - Date.now(); // not a number where it cannot be corrected
    if (left > 0) {
      const about = { class: "quiet", type: "button", onclick: () => this.acts.edit(message) };
      const edit = element("button", about, `✏️ ${this.texts.edit}`);
      foot.append(edit);
      setTimeout(() => edit.remove(), left);
    }
    if (!message.pressed && this.acts.canAnswer(message)) {
      const answer = { class: "quiet", type: "button", onclick: () => this.acts.answer(message) };
      foot.append(element("button", answer, `↩ ${this.texts.reply}`));
    }
    return foot;
  }
}
