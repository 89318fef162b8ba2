// Runs while no page is open: a push service has woken the browser, for there is news. The knock has
// no content; what is new is asked of our server. The words for when it is away came with our address.

const words = new URL(location.href).searchParams;

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => event.waitUntil(tell()));

async function tell() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.some((page) => isChat(page) && page.visibilityState === "visible")) return;
  let news = {};
  try {
    const answer = await fetch("/chat/news", { cache: "no-store" });
    if (answer.ok) news = await answer.json();
  } catch {
    // told without the words
  }
  await registration.showNotification(news.title || words.get("title"), {
    body: news.text || words.get("text"),
    tag: "news", // a newer one takes the place of the one before
    renotify: true,
    icon: "/static/icon.svg",
    lang: "ru",
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

async function open() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(isChat);
  if (page) await page.focus();
  else await clients.openWindow("/chat");
}

function isChat(page) {
  return new URL(page.url).pathname === "/chat";
}
