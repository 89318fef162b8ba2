// What is being written, kept where a reload does not reach it, nor a phone that drops the page.

export class Draft {
  // `sent()` is called if another page of this browser has sent what is kept.
  constructor(room, account, sent) {
    this.key = `mcu.draft.${room}.${account}`;
    addEventListener("storage", (event) => {
      if (event.key === this.key && event.oldValue && !event.newValue) sent(event.oldValue);
    });
  }

  // { text, files, answered, edited }, each of which may be missing.
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  keep(written) {
    const isEmpty = !written.text && !written.files.length;
    try {
      if (isEmpty) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(written));
    } catch {
      // where the browser lets us store nothing, or no more
    }
  }

  forget() {
    this.keep({ files: [] });
  }
}
