// How an answer reaches the resident: a notification in this browser, the same chat on another device.

import { Device } from "./device.js";
import { Notifying } from "./notifying.js";

const DISMISSED = "mcu.offer"; // the resident has said yes or no to the offer

export class Reach {
  constructor(texts) {
    this.texts = texts;
    this.notifying = new Notifying(texts);
    this.dialog = document.getElementById("reaching");
    this.offer = document.getElementById("offer");
    this.offered = document.getElementById("offered");
    this.push = document.getElementById("push");
    this.told = document.getElementById("push-told");
    this.device = new Device(texts);
    this.on = false;
    this.listen();
  }

  listen() {
    const on = (id, act) => document.getElementById(id).addEventListener("click", act);
    on("reach", () => this.open());
    on("reached", () => this.close());
    on("push", () => (this.on ? this.turnOff() : this.turnOn(this.told)));
    on("offer-yes", async () => {
      if (await this.turnOn(this.offered)) this.dismiss();
    });
    on("offer-other", () => {
      this.dismiss();
      this.offer.hidden = true;
      this.open();
    });
    on("offer-no", () => {
      this.dismiss();
      this.offer.hidden = true;
    });
    this.dialog.addEventListener("close", () => this.device.clear());
  }

  async open() {
    document.getElementById("push-way").hidden = !this.notifying.isThere;
    this.told.textContent = "";
    this.show(await this.notifying.isOn());
    if (this.dialog.showModal) this.dialog.showModal();
    else this.dialog.setAttribute("open", "");
  }

  close() {
    if (this.dialog.close) this.dialog.close();
    else this.dialog.removeAttribute("open");
  }

  show(isOn) {
    this.on = isOn;
    this.push.textContent = isOn ? this.texts.pushOff : this.texts.pushOn;
  }

  // Asked once, when something was filed; the bell above the chat stays.
  async filed() {
    if (this.isDismissed || (await this.notifying.isOn())) return;
    const asks = this.notifying.isThere && !this.notifying.isForbidden;
    document.getElementById("offer-yes").hidden = !asks;
    this.offered.textContent = asks ? this.texts.offer : this.texts.offerDevice;
    this.offer.hidden = false;
  }

  get isDismissed() {
    try {
      return Boolean(localStorage.getItem(DISMISSED));
    } catch {
      return this.dismissed;
    }
  }

  dismiss() {
    this.dismissed = true;
    try {
      localStorage.setItem(DISMISSED, "1");
    } catch {
      // for as long as the page is open, then
    }
  }

  // Whether the browser will tell; the person reads in `place` what came of it.
  async turnOn(place) {
    let isOn = false;
    try {
      isOn = await this.notifying.turnOn();
      if (isOn) place.textContent = this.texts.pushIsOn;
      else place.textContent = this.texts[this.notifying.isForbidden ? "pushForbidden" : "pushFailed"];
    } catch {
      place.textContent = this.texts.pushFailed;
    }
    this.show(isOn);
    document.getElementById("offer-yes").hidden = true;
    return isOn;
  }

  // The chat was left or erased: our server has forgotten this browser, or does so just now.
  async forget() {
    try {
      await this.notifying.forget();
    } catch {
      // a browser without them
    }
    this.show(false);
  }

  async turnOff() {
    try {
      await this.notifying.turnOff();
      this.show(false);
      this.told.textContent = this.texts.pushIsOff;
    } catch {
      this.told.textContent = this.texts.offline;
    }
  }
}
