// Call an employee who does not look: a sound and a notification, if they want it.

const WANTED = "mcu.attention"; // "on" or "off"; nothing: not asked yet
const SHOWN = 140; // signs

export class Attention {
  constructor(texts, title) {
    this.texts = texts;
    this.title = title;
    this.button = document.getElementById("attention");
    this.offer = document.getElementById("offer");
    const on = (id, act) => document.getElementById(id).addEventListener("click", act);
    on("attention", () => (this.isOn ? this.turnOff() : this.turnOn()));
    on("offer-yes", () => this.turnOn());
    on("offer-no", () => this.turnOff());
    document.getElementById("offered").textContent = texts.attentionOffer;
    // Browsers let a page sound only once somebody has touched it.
    addEventListener("pointerdown", () => this.isOn && this.prepare(), { once: true });
    addEventListener("keydown", () => this.isOn && this.prepare(), { once: true });
    this.show();
  }

  get wanted() {
    try {
      return localStorage.getItem(WANTED) || "";
    } catch {
      return this.kept || "";
    }
  }

  set wanted(value) {
    this.kept = value;
    try {
      localStorage.setItem(WANTED, value);
    } catch {
      // for as long as the page is open, then
    }
  }

  get isOn() {
    return this.wanted === "on";
  }

  show() {
    this.offer.hidden = this.wanted !== "";
    this.button.setAttribute("aria-pressed", String(this.isOn));
  }

  async turnOn() {
    this.wanted = "on";
    this.prepare();
    this.sound();
    this.show();
    if ("Notification" in window) await Notification.requestPermission();
  }

  turnOff() {
    this.wanted = "off";
    this.show();
  }

  // News came. Who looks at the page sees it; danger is told to everybody.
  tell({ text, alarm }) {
    const isSeen = !document.hidden && document.hasFocus();
    if (!this.isOn || (isSeen && !alarm)) return;
    this.sound();
    if (isSeen || !("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const shown = new Notification(this.title, { body: text.slice(0, SHOWN), tag: "mcu-staff" });
      shown.onclick = () => {
        window.focus();
        shown.close();
      };
    } catch {
      // phones have them from workers alone; the sound was there
    }
  }

  prepare() {
    this.audio ??= window.AudioContext && new AudioContext();
    this.audio?.resume();
  }

  // Two soft notes.
  sound() {
    if (!this.audio) return;
    [660, 880].forEach((pitch, index) => {
      const at = this.audio.currentTime + index * 0.16;
      const tone = this.audio.createOscillator();
      const loudness = this.audio.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.15, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(loudness).connect(this.audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    });
  }
}
