// The files of a message: pictures are shown small and opened in a viewer, all else is downloaded.

import { element, named } from "./dom.js";

const SWIPE = 50; // pixels

export class Pictures {
  constructor(texts) {
    this.texts = texts;
    this.dialog = null; // made when the first picture is opened
    this.shown = []; // { href, name } of the message that is open
    this.at = 0;
    addEventListener("popstate", () => this.hide());
  }

  render(message) {
    const list = element("ul", { class: "files" });
    const pictures = [];
    message.files.forEach((file, index) => {
      const href = `/files/${message.id}/${index}`;
      if (file.inline) {
        const place = pictures.push({ href, name: file.name }) - 1;
        list.append(element("li", {}, this.thumbnail(pictures, place)));
      } else {
        const label = named(this.texts.download, file.name);
        const link = { class: "document", href, download: file.name, "aria-label": label };
        list.append(element("li", {}, element("a", link, `↓ ${file.name}`)));
      }
    });
    return list;
  }

  thumbnail(pictures, place) {
    const { href, name } = pictures[place];
    const alt = named(this.texts.photo, name);
    const size = { width: 140, height: 105 };
    const image = element("img", { loading: "lazy", ...size, alt, src: `${href}/small` });
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      this.open(pictures, place);
    };
    return element("a", { href, target: "_blank", rel: "noopener", onclick: open }, image);
  }

  open(pictures, place) {
    this.dialog ||= this.make();
    this.shown = pictures;
    this.dialog.showModal();
    history.pushState({ viewer: true }, ""); // "back" of a phone closes it
    this.show(place);
  }

  make() {
    const { texts } = this;
    const button = (name, label, sign, onclick) => {
      const about = { type: "button", class: name, "aria-label": label, title: label, onclick };
      return element("button", about, element("span", { "aria-hidden": "true" }, sign));
    };
    this.image = element("img", { alt: "" });
    this.caption = element("p", { "aria-live": "polite" });
    this.before = button("before", texts.photoBefore, "←", () => this.show(this.at - 1));
    this.after = button("after", texts.photoAfter, "→", () => this.show(this.at + 1));
    const close = button("close", texts.photoClose, "×", () => history.back());
    const dialog = element("dialog", { class: "viewer", "aria-label": texts.photoViewer });
    dialog.append(this.image, this.caption, this.before, this.after, close);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      history.back();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && history.back());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") this.show(this.at - 1);
      if (event.key === "ArrowRight") this.show(this.at + 1);
    });
    this.listenToSwipes(dialog);
    document.body.append(dialog);
    return dialog;
  }

  listenToSwipes(dialog) {
    let from = null;
    dialog.addEventListener("touchstart", ({ touches }) => {
      from = touches.length === 1 ? touches[0].clientX : null; // two fingers zoom
    });
    dialog.addEventListener("touchend", ({ changedTouches }) => {
      if (from === null || visualViewport.scale > 1) return;
      const by = changedTouches[0].clientX - from;
      if (Math.abs(by) > SWIPE) this.show(this.at - Math.sign(by));
    });
  }

  // The small one is there already: it is seen until the large one has come.
  show(place) {
    const picture = this.shown[place];
    if (!picture) return;
    this.at = place;
    this.image.src = `${picture.href}/small`;
    this.image.alt = picture.name;
    const large = new Image();
    large.onload = () => {
      if (this.shown[this.at] === picture) this.image.src = picture.href;
    };
    large.src = picture.href;
    const number = this.texts.photoNumber.replace("{number}", place + 1);
    this.caption.textContent =
      this.shown.length > 1
        ? `${picture.name} · ${number.replace("{of}", this.shown.length)}`
        : picture.name;
    this.turn(this.before, place > 0);
    this.turn(this.after, place < this.shown.length - 1);
  }

  // A button that goes must not take the focus along.
  turn(button, isThere) {
    const hadFocus = document.activeElement === button;
    button.hidden = !isThere;
    if (hadFocus && !isThere) this.dialog.querySelector("button:not([hidden])").focus();
  }

  // What was erased is not to be seen any more.
  close() {
    if (this.dialog?.open) history.back();
  }

  hide() {
    if (!this.dialog?.open) return;
    this.dialog.close();
    this.shown = [];
    this.image.removeAttribute("src");
  }
}
