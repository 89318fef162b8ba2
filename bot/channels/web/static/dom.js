// Making elements. Everything that people wrote is set as text, never as HTML.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// A text with a name in its place, whatever signs the name has: replace() itself reads "$&" of a string.
export function named(text, name) {
  return text.replace("{name}", () => name);
}
