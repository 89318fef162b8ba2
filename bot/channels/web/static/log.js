// The messages on the page. Everything that people wrote is set as text, never as HTML.

// Up to the signs that end a sentence.
const LINK = /https:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]/g;
const CLOSE_TO_END = 80; // pixels
const LANGUAGE = document.documentElement.lang;
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "long", year: "numeric" });

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// A text with a name in its place, whatever signs the name has: replace() itself reads "$&" of a string.
export function named(text, name) {
  return text.replace("{name}", () => name);
}

export class Log {
  // `acts`: press(message, button, node), locate(message, node), answer(message),
  // canAnswer(message).
  constructor(texts, acts) {
    this.texts = texts;
    this.acts = acts;
    this.box = document.getElementById("log");
    this.scroll = document.getElementById("scroll");
    this.newest = document.getElementById("newest");
    this.messages = new Map(); // id -> { message, node }
    this.waiting = new Map(); // the page's own id -> node of what is not acknowledged
    this.days = new Map();
    this.edited = "";
    this.unread = 0;
    this.title = document.title;
    this.following = true; // the reader is at the end and stays there
    this.top = 0;
    this.scroll.addEventListener("scroll", () => this.scrolled());
    this.newest.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.box);
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.scroll);
    document.addEventListener("visibilitychange", () => this.read());
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
    this.setDays();
    return files;
  }

  addAll(messages) {
    for (const message of messages) this.put(message);
    this.setDays();
  }

  add(message) {
    const isNew = this.put(message);
    this.setDays();
    if (!isNew) return;
    if (message.mine) this.toEnd();
    else {
      if (!this.following) this.newest.hidden = false;
      if (document.hidden) {
        this.unread += 1;
        document.title = named(this.texts.unread, this.unread);
      }
    }
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
    const node = this.render(message);
    this.messages.set(message.id, { message, node });
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(node);
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
    const { text, quote = null, names = [] } = item.shown;
    const bubble = element("div", { class: "bubble" });
    if (quote) bubble.append(element("p", { class: "quote" }, quote));
    if (names.length) bubble.append(element("p", { class: "text" }, names.join(", ")));
    if (text) bubble.append(element("p", { class: "text" }, this.spoken(text)));
    const foot = element("p", { class: "foot" }, this.texts.sending);
    const node = element("article", { class: "message mine waiting" }, bubble, foot);
    this.waiting.set(item.id, node);
    this.box.append(node);
    this.toEnd();
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

  render(message) {
    const who = message.mine ? "mine" : message.bot ? "bot" : "other";
    const bubble = element("div", { class: "bubble" });
    if (who === "other" || message.bot) {
      const author = message.author || this.texts.bot;
      bubble.append(element("p", { class: who === "other" ? "author" : "author hidden" }, author));
    } else {
      bubble.append(element("p", { class: "author hidden" }, this.texts.me));
    }
    if (message.quote) {
      const { author, text } = message.quote;
      const quoted = author ? `${author}: ${text}` : text;
      bubble.append(element("p", { class: "quote" }, quoted));
    }
    if (message.files.length) bubble.append(this.renderFiles(message));
    if (message.text) bubble.append(this.renderText(message));
    const node = element(
      "article",
      { class: `message ${who}${message.pressed ? " pressed" : ""}`, "data-id": message.id },
      bubble,
    );
    if (message.rows.length) node.append(this.renderButtons(message));
    node.append(this.renderFoot(message));
    return node;
  }

  renderText(message) {
    const paragraph = element("p", { class: "text" });
    if (message.pressed && !message.mine) {
      paragraph.append(named(this.texts.pressed, message.text));
      return paragraph;
    }
    const text = message.mine ? this.spoken(message.text) : message.text;
    let end = 0;
    for (const found of text.matchAll(LINK)) {
      const [address] = found;
      const link = { href: address, target: "_blank", rel: "noopener noreferrer" };
      paragraph.append(text.slice(end, found.index), element("a", link, address));
      end = found.index + address.length;
    }
    paragraph.append(text.slice(end));
    return paragraph;
  }

  // The command behind the first button reads as the button did.
  spoken(text) {
    return text === "/start" ? this.texts.start : text;
  }

  renderFiles(message) {
    const list = element("ul", { class: "files" });
    message.files.forEach((file, index) => {
      const href = `/files/${message.id}/${index}`;
      if (file.inline) {
        const alt = named(this.texts.photo, file.name);
        const image = element("img", { src: href, alt, width: 140, height: 105 });
        list.append(element("li", {}, element("a", { href, target: "_blank", rel: "noopener" }, image)));
      } else {
        const label = named(this.texts.download, file.name);
        const link = { class: "document", href, download: file.name, "aria-label": label };
        list.append(element("li", {}, element("a", link, `↓ ${file.name}`)));
      }
    });
    return list;
  }

  renderButtons(message) {
    const keyboard = element("div", { class: "buttons" });
    for (const row of message.rows) {
      keyboard.append(
        element("div", { class: "row" }, ...row.map((button) => this.renderButton(message, button))),
      );
    }
    return keyboard;
  }

  renderButton(message, button) {
    if (button.kind === "url") {
      const safe = /^https?:\/\//.test(button.url) ? button.url : "about:blank";
      return element(
        "a",
        { href: safe, target: "_blank", rel: "noopener noreferrer", class: button.tone },
        button.label,
      );
    }
    const node = element("button", { type: "button", class: button.tone }, button.label);
    node.addEventListener("click", () => {
      if (node.getAttribute("aria-disabled") === "true") return;
      if (button.kind === "location") this.acts.locate(message, node);
      else this.acts.press(message, button, node);
    });
    return node;
  }

  renderFoot(message) {
    const at = new Date(message.at);
    const foot = element(
      "p",
      { class: "foot" },
      element("time", { datetime: message.at }, CLOCK.format(at)),
    );
    if (!message.pressed && this.acts.canAnswer(message)) {
      const answer = { class: "quiet", type: "button", onclick: () => this.acts.answer(message) };
      foot.append(element("button", answer, `↩ ${this.texts.reply}`));
    }
    return foot;
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

  toEnd() {
    this.following = true;
    this.newest.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  scrolled() {
    const left = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight;
    // What comes in a burst makes the log longer before this is called: only a step up is a wish.
    if (left < CLOSE_TO_END) this.following = true;
    else if (this.scroll.scrollTop < this.top) this.following = false;
    this.top = this.scroll.scrollTop;
    if (this.following) this.newest.hidden = true;
  }

  read() {
    if (document.hidden) return;
    this.unread = 0;
    document.title = this.title;
  }
}
