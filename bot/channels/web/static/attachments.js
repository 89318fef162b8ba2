// The files that go with a message: sent up a few at a time, each shown with its name and its fate.

import { element, named } from "./dom.js";

const MOST_BYTES = 20 * 1024 * 1024;
const AT_ONCE = 3; // the server takes four of one person, who may have two pages open
const PAUSES = [1, 2, 3, 5, 8, 13, 21]; // seconds, until a server that is busy is asked again
const KEPT_FOR = 45 * 60_000; // the server forgets after an hour what is in no message
const BUSY = { busy: true };

export class Attachments {
  // `hears`: changed() for what is to be kept, waits(why), settled() once none is on its way.
  constructor(room, page, hears) {
    this.room = room;
    this.url = `/files?room=${room}`;
    this.texts = page.texts;
    this.most = page.files;
    this.hears = hears;
    this.list = document.getElementById("attached");
    // { file, name, state, why, ref, kind, since, tries, pause, request, node }. States: queued; busy;
    // waits, for the bot to have consent; ready; failed, to be tried again; refused.
    this.items = [];
  }

  of(...states) {
    return this.items.filter((item) => states.includes(item.state));
  }

  names(...states) {
    return this.of(...states).map((item) => item.name).join(", ");
  }

  get areComing() {
    return this.of("queued", "busy").length > 0;
  }

  add(files) {
    const over = [];
    for (const file of files) {
      if (this.of("queued", "busy", "waits", "ready", "failed").length >= this.most) {
        over.push(file.name);
      } else if (file.size > MOST_BYTES) {
        this.put({ name: file.name, state: "refused", why: this.texts.tooLarge });
      } else this.put({ file, name: file.name, state: "queued" });
    }
    if (over.length) {
      this.put({ name: over.join(", "), state: "refused", why: this.texts.tooMany });
    }
    this.hears.changed();
    this.next();
  }

  put(item) {
    item.node = element("li", {});
    item.tries = 0;
    this.items.push(item);
    this.list.append(item.node);
    this.show(item);
  }

  next() {
    for (const item of this.of("queued")) {
      if (this.of("busy").length >= AT_ONCE) return;
      if (!item.pause) this.upload(item);
    }
  }

  // Ask first: a file that is not taken need not be sent.
  async upload(item) {
    this.set(item, "busy");
    let answer = await this.ask();
    if (!answer.error && this.items.includes(item)) answer = await this.send(item);
    if (!this.items.includes(item)) return;
    this.hear(item, answer);
    this.hears.changed();
    this.next();
    if (!this.areComing) this.hears.settled();
  }

  hear(item, answer) {
    const taken = answer.files?.[0];
    if (taken) {
      Object.assign(item, { ref: taken.ref, kind: taken.kind, since: Date.now() });
      this.set(item, "ready");
    } else if (answer.waits) {
      this.set(item, "waits");
      this.hears.waits(answer.error);
    } else if (answer.busy && item.tries < PAUSES.length) {
      this.set(item, "queued");
      const pause = PAUSES[item.tries++] * 1000 * (0.75 + Math.random() / 2);
      item.pause = setTimeout(() => {
        item.pause = 0;
        this.next();
      }, pause);
    } else if (answer.busy || answer.again) this.set(item, "failed", answer.error || "");
    else this.set(item, "refused", answer.error);
  }

  async ask() {
    try {
      return await (await fetch(this.url)).json();
    } catch {
      return {}; // the upload itself will tell
    }
  }

  send(item) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", this.url);
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        const bar = item.node.querySelector("progress");
        if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.onload = () => {
        const answer = request.response;
        if (answer?.files || answer?.error) resolve(answer);
        else if (request.status === 413) resolve({ error: this.texts.tooLarge });
        else resolve(request.status === 429 || request.status >= 500 ? BUSY : { again: true });
      };
      request.onerror = request.onabort = () => resolve(BUSY);
      const form = new FormData();
      form.append("file", item.file, item.name);
      request.send(form);
    });
  }

  // Those that failed and those that pause, at once: the line is up again, or somebody pressed.
  again() {
    for (const item of this.of("failed", "queued")) {
      clearTimeout(item.pause);
      Object.assign(item, { pause: 0, tries: 0 });
      if (item.state === "failed") this.set(item, "queued");
    }
    this.next();
  }

  // The bot has said something: perhaps what waits is taken now.
  askAgain() {
    for (const item of this.of("waits")) this.set(item, "queued");
    this.next();
  }

  // The server may have forgotten what has been ready for long.
  renew() {
    for (const item of this.of("ready")) {
      if (Date.now() - item.since < KEPT_FOR) continue;
      if (item.file) this.set(item, "queued");
      else this.set(item, "refused", this.texts.attachAgain);
    }
    this.next();
  }

  remove(item) {
    item.request?.abort();
    clearTimeout(item.pause);
    item.node.remove();
    this.items = this.items.filter((other) => other !== item);
    this.list.hidden = !this.items.length;
    this.hears.changed();
    this.next();
    if (!this.areComing) this.hears.settled();
  }

  removeAll(...states) {
    for (const item of this.of(...states)) this.remove(item);
  }

  // What goes with a message.
  take() {
    const taken = this.of("ready").map(({ ref, name, kind, since }) => ({ ref, name, kind, since }));
    this.removeAll("ready");
    return taken;
  }

  // For the draft: what is not ready is kept by its name.
  written() {
    return this.of("ready", "queued", "busy", "waits", "failed").map((item) =>
      item.state === "ready"
        ? { ref: item.ref, name: item.name, kind: item.kind, since: item.since }
        : { name: item.name },
    );
  }

  restore(files) {
    for (const { ref, name, kind, since } of files) {
      if (this.items.some((item) => item.ref && item.ref === ref)) continue;
      if (ref && Date.now() - since < KEPT_FOR) this.put({ ref, name, kind, since, state: "ready" });
      else this.put({ name, state: "refused", why: this.texts.attachAgain });
    }
    this.hears.changed();
  }

  set(item, state, why = "") {
    Object.assign(item, { state, why });
    this.show(item);
  }

  show(item) {
    const { node, name, state } = item;
    const hadFocus = node.contains(document.activeElement);
    node.className = state;
    const parts = [];
    if (state === "ready" && item.kind === "photo") {
      node.classList.add("picture");
      const src = `/files/own/${item.ref}?room=${this.room}`;
      parts.push(element("img", { src, alt: name, width: 88, height: 88 }));
    } else {
      parts.push(element("span", { class: "name" }, name));
    }
    if (state === "queued" || state === "busy") {
      const bar = element("progress", { max: 1, "aria-label": named(this.texts.loading, name) });
      if (state === "busy") bar.value = 0;
      parts.push(bar);
    }
    if (state === "failed") {
      const again = () => {
        Object.assign(item, { tries: 0 });
        this.set(item, "queued");
        this.next();
      };
      const label = named(this.texts.retryFile, name);
      const button = { type: "button", class: "quiet", "aria-label": label, onclick: again };
      parts.push(
        element("span", { class: "why", role: "alert" }, item.why || this.texts.uploadFailed),
        element("button", button, this.texts.retry),
      );
    }
    if (state === "refused") {
      parts.push(element("span", { class: "why", role: "alert" }, item.why));
    }
    const label = named(this.texts.removeFile, name);
    const away = () => {
      this.remove(item);
      document.getElementById("text").focus();
    };
    const button = { type: "button", class: "quiet icon", "aria-label": label, onclick: away };
    parts.push(element("button", button, element("span", { "aria-hidden": "true" }, "×")));
    node.replaceChildren(...parts);
    this.list.hidden = !this.items.length;
    if (hadFocus) node.querySelector("button").focus({ preventScroll: true });
  }
}
