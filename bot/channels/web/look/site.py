"""The look of the site: its files and its templates, read once and shared by all pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.look import assets
from config.settings import Settings
from config.texts import Texts

WEB = Path(__file__).parents[1]
ENTRY = "chat.js"  # the one script of the chat pages


@dataclass(frozen=True)
class Look:
    """Files that pages ask for, by name, and templates with the texts and the town in them."""

    files: Mapping[str, assets.Asset]
    templates: Environment

    @classmethod
    def of(cls, settings: Settings, texts: Texts) -> "Look":
        """Return the look of an installation."""
        files = assets.load(WEB / "static", ENTRY)
        templates = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        templates.globals["t"] = texts
        templates.globals["static"] = lambda name: f"/static/{name}?v={files[name].tag}"
        templates.globals["municipality"] = settings.municipality
        templates.globals["for_residents"] = settings.web_chat_on
        return cls(files, templates)

    def render(self, template: str, **context: object) -> str:
        """Return the HTML of a page."""
        return self.templates.get_template(template).render(context)
