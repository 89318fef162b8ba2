// What the person writes: the text, the files that go with it, the message it answers.

import { element, named } from "./dom.js";

const MOST_BYTES = 20 * 1024 * 1024;
const KEPT_FOR = 45 * 60_000; // the server forgets after an hour what is in no message

export class Composer {
  // `said(text, files, answered)` is called with what is to be sent.
  constructor(room, page, said) {
    this.room = room;
    this.texts = page.texts;
    this.most = { text: page.text, files: page.files };
    this.said = said;
    this.form = document.getElementById("composer");
    this.text = document.getElementById("text");
    this.notice = document.getElementById("notice");
    this.list = document.getElementById("attached");
    this.picker = document.getElementById("files");
    this.answering = document.getElementById("answering");
    // { file, name, state: busy | waits | ready | failed, ref, node, request, since }; what waits is
    // asked for once the bot has consent.
    this.files = [];
    this.answered = null;
    this.sendsWhenReady = false;
    this.text.maxLength = this.most.text;
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      } else if (event.key === "Escape") this.answer(null);
    });
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

  tell(text) {
    this.notice.textContent = text;
  }

  // It is no longer so.
  untell(text) {
    if (this.notice.textContent === text) this.tell("");
  }

  typed() {
    this.tell(this.text.value.length >= this.most.text ? this.texts.tooLong : "");
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
  }

  fill(text) {
    if (this.text.value) return;
    this.text.value = text;
    this.typed();
  }

  // Words to be corrected; if nobody has changed them, they go with the next press.
  offer(text) {
    if (this.offered && this.text.value === this.offered) this.text.value = "";
    this.offered = text;
    this.fill(text);
  }

  answer(message) {
    this.answered = message;
    this.answering.hidden = !message;
    if (message) {
      const text = message.text || message.files.map((file) => file.name).join(", ");
      document.getElementById("answered").textContent = text;
    }
    this.text.focus();
  }

  // The answered message was erased; so was what was to go with the next one, where it is a
  // resident's own.
  forget(isErased, own) {
    if (this.answered && isErased(this.answered.id)) {
      this.answered = null;
      this.answering.hidden = true;
      document.getElementById("answered").textContent = "";
    }
    if (!own) return;
    for (const attached of this.files) attached.request?.abort();
    this.files = [];
    this.sendsWhenReady = false;
    this.showFiles();
    if (document.activeElement === this.text && document.hasFocus()) return; // it is being typed
    this.text.value = "";
    this.typed();
  }

  submit() {
    const text = this.text.value.trim();
    if (!text && !this.files.length) return;
    if (this.files.some((file) => file.state === "failed")) {
      this.tell(this.texts.uploadFailed);
      return;
    }
    for (const file of this.files) {
      if (file.state === "ready" && Date.now() - file.since > KEPT_FOR) this.upload(file);
    }
    if (this.files.some((file) => file.state === "waits")) {
      // The words go, so that the bot asks for consent; the files follow by themselves.
      this.sendsWhenReady = true;
      this.said(text || "/start", [], this.answered);
      this.text.value = "";
      this.typed();
      this.tell(this.why);
      return;
    }
    this.sendsWhenReady = this.files.some((file) => file.state === "busy");
    if (this.sendsWhenReady) {
      this.tell(this.texts.uploading);
      return;
    }
    this.said(text, this.files, this.answered);
    this.text.value = "";
    this.files = [];
    this.answered = null;
    this.answering.hidden = true;
    this.typed();
    this.showFiles();
    this.text.focus();
  }

  attach(files) {
    this.tell("");
    for (const file of files) {
      if (this.files.length >= this.most.files) {
        this.tell(this.texts.tooMany);
        break;
      }
      if (file.size > MOST_BYTES) {
        this.tell(this.texts.tooLarge);
        continue;
      }
      const attached = { file, name: file.name, state: "busy" };
      this.files.push(attached);
      this.upload(attached);
    }
    this.showFiles();
  }

  // When the line is up again.
  retryUploads() {
    for (const attached of this.files) if (attached.state === "failed") this.upload(attached);
    this.showFiles();
  }

  // The bot has said something: perhaps what waits is taken now.
  askAgain() {
    for (const attached of this.files) if (attached.state === "waits") this.upload(attached);
  }

  // Ask first: a file that is not taken need not be sent.
  async upload(attached) {
    attached.state = "busy";
    const answer = await this.ask();
    if (!this.files.includes(attached)) return;
    if (answer.waits) {
      attached.state = "waits";
      this.why = answer.error;
      this.tell(answer.error);
      this.showFiles();
    } else if (answer.error) {
      this.refused(attached, answer);
      this.uploaded();
    } else this.send(attached);
  }

  async ask() {
    try {
      return await (await fetch(`/files?room=${this.room}`)).json();
    } catch {
      return {}; // the upload itself will tell
    }
  }

  send(attached) {
    const request = new XMLHttpRequest();
    attached.request = request;
    request.open("POST", `/files?room=${this.room}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      const bar = attached.node?.querySelector("progress");
      if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onload = () => {
      const taken = request.response?.files?.[0];
      attached.state = taken ? "ready" : "failed";
      attached.ref = taken?.ref;
      attached.since = Date.now();
      if (request.response?.error) this.refused(attached, request.response);
      this.uploaded();
    };
    request.onerror = () => {
      attached.state = "failed";
      this.uploaded();
    };
    const form = new FormData();
    form.append("file", attached.file, attached.file.name);
    request.send(form);
  }

  // What may be taken later stays, with a button to try again.
  refused(attached, answer) {
    if (!answer.again) return this.detach(attached, answer.error);
    attached.state = "failed";
    this.tell(answer.error);
  }

  uploaded() {
    this.showFiles();
    const notYet = (file) => file.state === "busy" || file.state === "waits";
    if (this.sendsWhenReady && !this.files.some(notYet)) this.submit();
  }

  detach(attached, why = "") {
    attached.request?.abort();
    this.files = this.files.filter((other) => other !== attached);
    this.showFiles();
    this.tell(why);
  }

  showFiles() {
    this.list.hidden = !this.files.length;
    this.list.replaceChildren(
      ...this.files.map((attached) => {
        attached.node = element(
          "li",
          { class: attached.state },
          element("span", {}, attached.name),
        );
        if (attached.state === "busy") {
          attached.node.append(element("progress", { max: 1, value: 0, "aria-label": attached.name }));
        }
        if (attached.state === "failed") {
          const again = () => {
            this.upload(attached);
            this.showFiles();
          };
          attached.node.append(
            element("span", {}, `· ${this.texts.uploadFailed}`),
            element("button", { type: "button", class: "quiet", onclick: again }, this.texts.retry),
          );
        }
        const label = named(this.texts.removeFile, attached.name);
        const away = () => {
          this.detach(attached);
          this.text.focus();
        };
        const button = { type: "button", class: "quiet icon", "aria-label": label, onclick: away };
        attached.node.append(element("button", button, "×"));
        return attached.node;
      }),
    );
  }
}
