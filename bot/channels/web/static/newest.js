// What came while the reader was elsewhere: in the log, or on another page of the browser.

import { named } from "./dom.js";

const COUNTS = new Intl.PluralRules(document.documentElement.lang);

export class Newest {
  // `goes` leads to the end of the log.
  constructor(texts, goes) {
    this.texts = texts;
    this.button = document.getElementById("newest");
    this.fresh = 0; // messages below what the reader sees
    this.unread = 0; // messages since the page was looked at
    this.title = document.title;
    this.button.addEventListener("click", goes);
    document.addEventListener("visibilitychange", () => this.looked());
  }

  // One more message; `isBelow`: the reader does not see it.
  came(isBelow) {
    if (isBelow) {
      this.fresh += 1;
      const isOne = COUNTS.select(this.fresh) === "one";
      const counted = named(isOne ? this.texts.newestOne : this.texts.newestMany, this.fresh);
      this.button.textContent = `↓ ${counted}`;
      this.button.hidden = false;
    }
    if (document.hidden) {
      this.unread += 1;
      document.title = named(this.texts.unread, this.unread);
    }
  }

  // The reader is at the end.
  isReached() {
    this.button.hidden = true;
    this.fresh = 0;
  }

  looked() {
    if (document.hidden) return;
    this.unread = 0;
    document.title = this.title;
  }
}
