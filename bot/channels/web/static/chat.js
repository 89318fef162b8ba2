// The chat page, the resident's and the staff's: puts the line, the log and the composer together.
// Every word that is shown comes from the server, in the body's data-page.

import { Attention } from "./attention.js";
import { Composer } from "./composer.js";
import { element } from "./dom.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { Renderer } from "./message.js";
import { Reach } from "./reach.js";
import { codeIn } from "./start.js";
import { AlarmStrip, CallStrip } from "./strips.js";

const { room, account, page: pageJson } = document.body.dataset;
const page = JSON.parse(pageJson);
const texts = page.texts;
const lineState = document.getElementById("line");
const greeting = document.getElementById("greeting");
const olderButton = document.getElementById("older");
const cameBy = location.search;
const pressed = new Map(); // the id of a press -> its button

const acts = {
  press(message, button, node) {
    const id = newId();
    composer.offer("");
    pressed.set(id, node);
    node.setAttribute("aria-disabled", "true");
    act({
      type: "press",
      id,
      payload: button.press,
      message: String(message.id),
      // In the staff room a press is no message: the card says what came of it.
      shown: room === "staff" ? null : { text: button.label },
    });
  },
  locate(message, node) {
    node.setAttribute("aria-disabled", "true");
    composer.tell(texts.locating);
    const failed = () => {
      node.removeAttribute("aria-disabled");
      composer.tell(texts.noPlace);
      document.getElementById("text").focus();
    };
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        node.removeAttribute("aria-disabled");
        composer.tell("");
        act({ type: "place", id: newId(), lat: coords.latitude, lon: coords.longitude });
      },
      failed,
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  },
  answer: (message) => composer.answer(message),
  edit: (message) => composer.edit(message),
  canAnswer: (message) => room === "staff" || (message.bot && message.about),
  command: (text) => act({ type: "say", id: newId(), text, shown: { text } }),
};
const log = new Log(texts, new Renderer(texts, page.commands, acts), room === "staff");
const attention = room === "staff" ? new Attention(texts, document.title) : null;
const reach = room === "chat" ? new Reach(texts) : null;
const call = new CallStrip(texts, account);
const alarms = new AlarmStrip(texts, (id) => goTo(id));
let wanted = 0; // a card that is further up than what was loaded

const composer = new Composer(room, account, page, (text, files, answered, edited) => {
  if (edited) {
    act({ type: "edit", id: newId(), text, message: String(edited.id), shown: { text } });
    return;
  }
  act({
    type: "say",
    id: newId(),
    text,
    reply_to: answered ? String(answered.id) : "",
    files: files.map((file) => file.ref),
    shown: { text, files, names: files.map((file) => file.name), quote: answered?.text },
  });
});

const line = new Line(room, account, {
  seen: () => log.seen(),
  history(frame) {
    if (frame.reset) {
      if (log.messages.size) composer.tell(texts.refreshed);
      log.clear();
      composer.forget((id) => !frame.messages.some((message) => message.id === id), false);
      olderButton.hidden = !frame.more;
      log.box.setAttribute("aria-live", "off"); // nobody wants it all read aloud
    }
    log.addAll(frame.messages);
    if (frame.messages.some(isFiled)) reach?.filed();
    alarms.reset(frame.alarms || []);
    if (frame.messages.length) composer.offer(frame.messages.at(-1).fill || "");
    for (const item of line.unsent) log.wait(item);
    composer.recall((id) => log.messages.get(id)?.message);
    if (frame.reset) log.toEnd();
    setTimeout(() => log.box.setAttribute("aria-live", "polite"));
    greet();
  },
  older(frame) {
    olderButton.hidden = !frame.more;
    log.addOlder(frame.messages);
    if (wanted) goTo(wanted, frame.more);
  },
  message(message) {
    alarms.hear(message);
    if (message.news) attention?.tell(message);
    const isFurtherUp = !olderButton.hidden && message.id < log.first;
    if (isFurtherUp) return; // it comes with those around it
    log.add(message);
    greet();
    if (message.bot) composer.attached.askAgain();
    if (isFiled(message)) reach?.filed();
    if (message.fill) composer.offer(message.fill);
  },
  gone(ids) {
    const erased = new Set(ids);
    const files = log.remove(ids);
    alarms.forget(ids);
    composer.forget((id) => erased.has(id), room === "chat");
    reach?.forget();
    if (files) fetch("/erased", { cache: "no-store" }).catch(() => {});
    greet();
  },
  acknowledged(id) {
    composer.untell(texts.working);
    log.drop(id);
    release(id);
  },
  refused(id, text, item) {
    log.drop(id);
    release(id);
    if (item?.text) composer.takeBack(item);
    composer.tell(text);
  },
  late: (text) => composer.tell(text),
  working: () => composer.tell(texts.working),
  changed(state) {
    if (state === "stranger" && room !== "chat") return location.reload();
    if (state === "ended") return forget().then(() => location.reload());
    if (state === "left") return forget().then(() => location.replace("/chat/left"));
    const said = { stranger: texts.noCookie, down: texts.offline, up: "" };
    if (state in said) lineState.textContent = said[state];
    else if (!lineState.textContent) lineState.textContent = texts.connecting;
    if (state === "stranger" && window !== window.parent) offerWindow();
    log.tellWaiting(state === "up");
    if (state === "up") composer.attached.again();
  },
});

function act(item) {
  log.wait(item);
  log.tellWaiting(line.up);
  line.send(item);
  greet();
}

// On another site's page a browser may keep no cookie for us; in a window of its own it does.
function offerWindow() {
  const apart = { href: location.pathname + cameBy, target: "_blank" };
  lineState.append(" ", element("a", apart, texts.openApart));
}

// Something of the resident's was filed, so an answer will come.
function isFiled(message) {
  return message.bot && message.about;
}

function release(id) {
  pressed.get(id)?.removeAttribute("aria-disabled");
  pressed.delete(id);
}

// Of what is unsent or being written nothing stays in this browser, nor of what it has told of.
async function forget() {
  line.forget();
  composer.draft.forget();
  await reach?.forget();
}

function greet() {
  if (greeting) greeting.hidden = !log.isEmpty;
  call.show([...log.messages.values()].map((known) => known.message));
}

// Show a card that may stand further up than what was loaded.
function goTo(id, more = true) {
  wanted = log.show(id) || !more ? 0 : id;
  if (wanted) line.older(log.first);
}

// randomUUID is only there over HTTPS.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

olderButton.addEventListener("click", () => line.older(log.first));
const start = document.getElementById("start");
start?.addEventListener("click", () => {
  acts.command(start.dataset.says);
  settle();
});
new Menu((command, fills) => {
  if (fills) {
    composer.fill(`${command} `);
    document.getElementById("text").focus();
  } else {
    acts.command(command);
    settle();
  }
});

// Where the focus goes when what had it is gone: under a thumb the field would bring its keyboard.
function settle() {
  const touch = matchMedia("(pointer: coarse)").matches;
  document.getElementById(touch ? "scroll" : "text").focus({ preventScroll: true });
}

document.getElementById("log-out")?.addEventListener("click", () => forget());
const leaving = document.getElementById("leaving");
document.getElementById("leave")?.addEventListener("click", () => {
  if (leaving.showModal) leaving.showModal();
  else leaving.setAttribute("open", "");
});
document.getElementById("stay")?.addEventListener("click", () => {
  if (leaving.close) leaving.close();
  else leaving.removeAttribute("open");
});
// Before the server hangs up: that would lead away from the answer, which takes the cookie.
document.getElementById("leave-form")?.addEventListener("submit", () => {
  forget();
  line.end();
});
if (room === "chat" && codeIn(cameBy)) {
  act({ type: "start", id: newId(), code: codeIn(cameBy) });
  history.replaceState(null, "", location.pathname); // the page loaded again says nothing again
}
line.connect();
