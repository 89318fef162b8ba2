// The code of a topic or a place, with which a poster or a link opens the chat.

const LETTERS = { place: "p-", topic: "t-" };

// "?place=x7k" and "?place=p-x7k" are the same; "" if there is none.
export function codeIn(search) {
  const asked = new URLSearchParams(search);
  for (const [name, letter] of Object.entries(LETTERS)) {
    const code = asked.get(name)?.trim();
    if (code) return (code.startsWith(letter) ? code : letter + code).slice(0, 200);
  }
  return asked.get("start")?.trim().slice(0, 200) ?? "";
}
