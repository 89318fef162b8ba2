// Whether this browser tells the resident of news while no page of the chat is open.

export class Notifying {
  constructor(texts) {
    this.worker =
      "/static/pushes.js?" +
      new URLSearchParams({ title: texts.newsTitle, text: texts.newsText });
  }

  // Browsers have it over HTTPS alone, and some never.
  get isThere() {
    return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  }

  // Whether the browser was told never to ask.
  get isForbidden() {
    return Notification.permission === "denied";
  }

  async isOn() {
    if (!this.isThere || Notification.permission !== "granted") return false;
    const registration = await navigator.serviceWorker.getRegistration("/static/");
    return Boolean(await registration?.pushManager.getSubscription());
  }

  // Ask the person, then the browser's maker, then tell our server. Whether all said yes.
  async turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return false;
    const { key } = await (await fetch("/chat/push")).json();
    await navigator.serviceWorker.register(this.worker, { scope: "/static/" });
    const registration = await this.ready();
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    });
    const { endpoint } = subscription;
    const told = await fetch("/chat/push", {
      method: "POST",
      body: new URLSearchParams({ endpoint }),
    });
    if (!told.ok) await subscription.unsubscribe();
    return told.ok;
  }

  async turnOff() {
    await this.forget();
    await fetch("/chat/push/end", { method: "POST" });
  }

  // The browser is woken no more, and what it has told of is on its screen no longer.
  async forget() {
    if (!this.isThere) return;
    const registration = await navigator.serviceWorker.getRegistration("/static/");
    for (const told of (await registration?.getNotifications()) || []) told.close();
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  }

  // navigator.serviceWorker.ready waits for a worker of this page's own scope; ours has another.
  async ready() {
    const registration = await navigator.serviceWorker.getRegistration("/static/");
    const worker = registration.installing || registration.waiting;
    if (!registration.active && worker) {
      await new Promise((done) => {
        worker.addEventListener("statechange", () => worker.state === "activated" && done());
      });
    }
    return registration;
  }
}
