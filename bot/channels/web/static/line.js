// The line to the server: keeps what is unsent, sends it again until acknowledged, catches up.

import { solved } from "./work.js";

const PING_EVERY = 20_000;
const SILENCE = 45_000; // longer than that without a word: the line is dead
const WAITS = [500, 1000, 2000, 5000, 10_000];
const RETRY = 3000;
const STRANGER = 4401;
const LEFT = 4402;
const ENDED = 4403;

export class Line {
  // `hears` has: seen() for what the page shows, and history, older, message, gone, acknowledged,
  // refused, late(text), working(), changed(state) for what comes. States: up, connecting, down,
  // stranger, left, ended.
  constructor(room, account, hears) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${room}`;
    this.key = `mcu.unsent.${room}.${account}`;
    this.hears = hears;
    this.memory = []; // where the browser lets us store nothing
    this.failures = 0;
    this.socket = null;
    this.up = false;
    this.works = {}; // task -> its answer; true while it is worked on
    addEventListener("online", () => this.connect());
    addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.connect();
    });
    setInterval(() => this.ping(), PING_EVERY);
  }

  // What people did and the server has not acknowledged; other tabs' too: it knows them by id.
  get unsent() {
    try {
      return JSON.parse(localStorage.getItem(this.key) || "[]");
    } catch {
      return this.memory;
    }
  }

  set unsent(items) {
    this.memory = items;
    try {
      localStorage.setItem(this.key, JSON.stringify(items));
    } catch {
      // kept in memory then
    }
  }

  forget() {
    this.unsent = [];
  }

  // For good: the page is being left.
  end() {
    this.forget();
    this.drop();
    clearTimeout(this.timer);
    this.connect = () => {};
  }

  send(item) {
    this.unsent = [...this.unsent, item];
    this.say(item);
  }

  older(before) {
    this.say({ type: "older", before });
  }

  say(frame) {
    if (this.up) this.socket.send(JSON.stringify(frame));
  }

  connect() {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.hears.changed("connecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => {
      this.up = true;
      this.failures = 0;
      this.say({ type: "hello", ...this.hears.seen() });
      this.resend();
    };
    socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(event.code);
  }

  resend() {
    for (const item of this.unsent) this.say(item);
  }

  hear(frame) {
    this.heard = Date.now();
    switch (frame.type) {
      case "history":
        this.hears.history(frame);
        this.hears.changed("up");
        break;
      case "older":
        this.hears.older(frame);
        break;
      case "message":
        this.hears.message(frame.message);
        break;
      case "gone":
        this.hears.gone(frame.ids);
        break;
      case "look": // not all pages at the same moment
        setTimeout(() => this.say({ type: "hello", ...this.hears.seen() }), Math.random() * 3000);
        break;
      case "ack":
        this.done(frame.id);
        this.hears.acknowledged(frame.id);
        break;
      case "refused": {
        const item = this.done(frame.id);
        this.hears.refused(frame.id, frame.text, item);
        break;
      }
      case "work":
        this.work(frame);
        break;
      case "retry":
        if (frame.text) this.hears.late(frame.text);
        clearTimeout(this.retry);
        this.retry = setTimeout(() => this.resend(), RETRY);
        break;
    }
  }

  // Asked for by each item that waits for it, and again where the line was lost meanwhile.
  async work({ task, bits }) {
    if (task in this.works) {
      if (typeof this.works[task] === "string") this.worked(task);
      return;
    }
    this.works[task] = true;
    this.hears.working();
    this.works[task] = await solved(task, bits);
    this.worked(task);
  }

  worked(task) {
    this.say({ type: "worked", task, answer: this.works[task] });
    this.resend();
  }

  done(id) {
    const items = this.unsent;
    this.unsent = items.filter((item) => item.id !== id);
    return items.find((item) => item.id === id);
  }

  ping() {
    if (!this.up) return;
    if (Date.now() - this.heard > SILENCE) this.drop();
    else this.say({ type: "ping" });
  }

  drop() {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
    this.socket.close();
    this.lost();
  }

  lost(code) {
    this.up = false;
    this.socket = null;
    if (code === LEFT) return this.hears.changed("left");
    if (code === STRANGER) return this.hears.changed("stranger");
    if (code === ENDED) return this.hears.changed("ended");
    this.hears.changed("down");
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)];
    this.timer = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }
}
