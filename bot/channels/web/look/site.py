"""The look of the site: its files and its templates, read once and shared by all pages."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.look import assets
from config.settings import Settings
from config.settings.colours import Shades, dark, light
from config.texts import Texts

WEB = Path(__file__).parents[1]
ENTRY = "chat.js"  # the one script of the chat pages
OURS = "#1a5fb4"  # the colour of chat.css


Contents = dict[str, bytes]


@dataclass(frozen=True)
class Look:
    """Files that pages ask for, by name, and templates with the texts and the town in them."""

    files: Mapping[str, assets.Asset]
    templates: Environment

    @classmethod
    def of(cls, settings: Settings, texts: Texts) -> "Look":
        """Return the look of an installation."""
        files = assets.load(WEB / "static", ENTRY, _fitted(settings, texts))
        templates = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        templates.globals["t"] = texts
        templates.globals["static"] = lambda name: f"/static/{name}?v={files[name].tag}"
        templates.globals["logo"] = _logo_name(settings)
        templates.globals["municipality"] = settings.municipality
        templates.globals["for_residents"] = settings.web_chat_on
        return cls(files, templates)

    def render(self, template: str, **context: object) -> str:
        """Return the HTML of a page."""
        return self.templates.get_template(template).render(context)


def _fitted(settings: Settings, texts: Texts) -> Callable[[Contents], None]:
    """Return what makes the files those of this town: its colour, its coat of arms, its loader."""

    def fit(contents: Contents) -> None:
        colour = settings.colour
        if colour:
            shades = {"": light(colour), "@media (prefers-color-scheme: dark)": dark(colour)}
            contents["chat.css"] += "".join(map(_rule, shades.items())).encode()
        if settings.logo:
            contents[_logo_name(settings)] = settings.logo.read_bytes()
        loader = contents["embed.js"].decode()
        words = {
            "COLOUR": colour or OURS,
            "TITLE": texts("web-chat-title"),
            "CLOSE": texts("web-close"),
        }
        for name, value in words.items():
            loader = loader.replace(f'"{name}"', json.dumps(value, ensure_ascii=False))
        contents["embed.js"] = loader.encode()

    return fit


def _rule(one: tuple[str, Shades]) -> str:
    media, shades = one
    rule = f":root {{ --accent: {shades.accent}; --mine: {shades.mine}; }}"
    return f"\n{media} {{ {rule} }}" if media else f"\n{rule}"


def _logo_name(settings: Settings) -> str:
    return f"logo{settings.logo.suffix.lower()}" if settings.logo else ""
