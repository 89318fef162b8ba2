// What the person writes: the text, the files that go with it, the message it answers or corrects.

import { Attachments } from "./attachments.js";
import { Draft } from "./draft.js";
import { named } from "./dom.js";

const TOUCH = matchMedia("(pointer: coarse)");

export class Composer {
  // `said(text, files, answered, edited)` is called with what is to be sent.
  constructor(room, account, page, said) {
    this.texts = page.texts;
    this.most = page.text;
    this.said = said;
    this.form = document.getElementById("composer");
    this.text = document.getElementById("text");
    this.notice = document.getElementById("notice");
    this.picker = document.getElementById("files");
    this.answering = document.getElementById("answering");
    this.answered = null; // the message that is answered
    this.edited = null; // the message that is corrected
    this.aside = ""; // what was being written when the correction began
    this.sendsWhenReady = false;
    this.text.maxLength = this.most;
    this.text.enterKeyHint = TOUCH.matches ? "enter" : "send";
    this.attached = new Attachments(room, page, {
      changed: () => this.keep(),
      waits: (why) => {
        this.why = why;
        this.tell(why);
      },
      settled: () => this.settled(),
    });
    this.listen();
    const draft = new Draft(room, account, (sent) => this.sentElsewhere(JSON.parse(sent)));
    this.kept = draft.read(); // the messages that it is about come later: see recall
    const { text = "", files = [] } = this.kept;
    this.attached.restore(files);
    this.draft = draft; // all of it is there: from now on it is kept
    this.write(this.text.value || text); // somebody may write before this is loaded
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.typed());
    document.getElementById("no-answer").addEventListener("click", () => this.answer(null));
    document.getElementById("attach").addEventListener("click", () => this.picker.click());
    this.picker.addEventListener("change", () => {
      this.attach([...this.picker.files]);
      this.picker.value = "";
    });
    this.text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      this.attach(files);
    });
    const body = document.body;
    body.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      body.classList.add("dropping");
    });
    body.addEventListener("dragleave", () => body.classList.remove("dropping"));
    body.addEventListener("drop", (event) => {
      event.preventDefault();
      body.classList.remove("dropping");
      this.attach([...event.dataTransfer.files]);
    });
  }

  // The keyboard of a phone has no other way to a second line.
  key(event) {
    if (event.key === "Escape") return this.answer(null);
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (TOUCH.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.submit();
  }

  tell(text) {
    this.notice.textContent = text;
  }

  // It is no longer so.
  untell(text) {
    if (this.notice.textContent === text) this.tell("");
  }

  typed() {
    this.tell(this.text.value.length >= this.most ? this.texts.tooLong : "");
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    this.keep();
  }

  write(text) {
    this.text.value = text;
    this.typed();
  }

  // Words to be corrected; if nobody has changed them, they go with the next press.
  offer(text) {
    if (this.offered && this.text.value === this.offered) this.text.value = "";
    this.offered = text;
    this.fill(text);
  }

  fill(text) {
    if (!this.text.value) this.write(text);
  }

  // What was not taken comes back, to be changed or sent again.
  takeBack({ text, shown }) {
    this.write([text, this.text.value].filter(Boolean).join("\n"));
    this.attached.restore(shown?.files || []);
  }

  keep() {
    this.draft?.keep({
      text: this.text.value === this.offered ? "" : this.text.value,
      files: this.attached.written(),
      answered: this.answered?.id || this.kept.answered,
      edited: this.edited?.id || this.kept.edited,
      aside: this.aside || this.kept.aside,
    });
  }

  // The messages of the page are there, so what was answered before a reload is. `find(id)`.
  recall(find) {
    const { answered, edited, aside = "" } = this.kept;
    this.kept = {};
    if (edited && find(edited)) {
      this.turnTo({ edited: find(edited) });
      this.aside = aside;
    } else if (answered && find(answered)) this.turnTo({ answered: find(answered) });
    this.keep();
  }

  sentElsewhere({ text, files }) {
    if (this.text.value !== text) return;
    const refs = files.map((file) => file.ref);
    for (const item of this.attached.of("ready")) {
      if (refs.includes(item.ref)) this.attached.remove(item);
    }
    this.turnTo({});
    this.write("");
  }

  // Null: none any more.
  answer(message) {
    if (this.edited) this.write(this.aside);
    this.turnTo({ answered: message });
    this.text.focus();
  }

  edit(message) {
    if (!this.edited) this.aside = this.text.value;
    this.turnTo({ edited: message });
    this.write(message.text);
    this.text.focus();
  }

  // What the next message is about: one that it answers, one that it corrects, or none.
  turnTo({ answered = null, edited = null }) {
    Object.assign(this, { answered, edited, kept: {} });
    if (!edited) this.aside = "";
    const message = answered || edited;
    this.answering.hidden = !message;
    const texts = this.texts;
    this.answering.querySelector("strong").textContent = edited ? texts.editing : texts.answering;
    const cancel = edited ? texts.cancelEdit : texts.cancelReply;
    document.getElementById("no-answer").setAttribute("aria-label", cancel);
    const text = message?.text || message?.files.map((file) => file.name).join(", ");
    document.getElementById("answered").textContent = text || "";
    this.keep();
  }

  // The answered message was erased; so was what was to go with the next one, where it is a
  // resident's own.
  forget(isErased, own) {
    const about = this.answered || this.edited;
    if (about && isErased(about.id)) this.turnTo({});
    if (!own) return;
    this.sendsWhenReady = false;
    this.attached.removeAll(...this.attached.items.map((item) => item.state));
    this.aside = "";
    const isTyped = document.activeElement === this.text && document.hasFocus();
    if (isTyped) this.draft?.forget(); // it stays under their hands; kept again once they go on
    else this.write("");
  }

  attach(files) {
    this.tell("");
    this.attached.add(files);
  }

  // Somebody wants to send.
  submit() {
    if (!this.text.value.trim() && !this.attached.items.length) return;
    const { attached } = this;
    attached.removeAll("refused"); // they have been read
    attached.again();
    attached.renew();
    if (attached.of("refused").length) return; // too old, which has to be read
    if (attached.of("waits").length) {
      // The words go, so that the bot asks for consent; the files follow by themselves.
      this.sendsWhenReady = true;
      this.said(this.text.value.trim() || "/start", [], this.answered);
      this.write("");
      this.tell(this.why);
    } else if (attached.areComing) {
      this.sendsWhenReady = true;
      this.tell(this.texts.uploading);
    } else this.send();
  }

  // None of the files is on its way.
  settled() {
    if (!this.sendsWhenReady || this.attached.of("waits").length) return;
    this.sendsWhenReady = false;
    const failed = this.attached.names("failed");
    if (failed) this.tell(named(this.texts.notLoaded, failed));
    else this.send();
  }

  send() {
    this.sendsWhenReady = false;
    const text = this.text.value.trim();
    const files = this.edited ? [] : this.attached.take();
    if (!text && !files.length) return;
    const { answered, edited, aside } = this;
    this.turnTo({});
    this.write(aside);
    this.said(text, files, answered, edited);
    this.text.focus();
  }
}
