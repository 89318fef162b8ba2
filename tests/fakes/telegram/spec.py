"""Check requests to the fake against Telegram's machine-readable specification, where it is there."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Self

from tests.paths import ROOT

SPEC = ROOT.parent / "shared" / "specs" / "telegram-bot-api.json"

# In the messages of the list "types" these are what JSON has; the rest names an object.
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
}


def fewest(alternatives: list[list[str]]) -> list[str]:
    """The errors of the alternative that comes nearest."""
    return min(alternatives, key=len)


class TelegramSpec:
    """``check`` tells what is wrong with a request, in words; an empty list where nothing is."""

    def __init__(self, methods: dict[str, Any], types: dict[str, Any]) -> None:
        self._methods = methods
        self._types = types

    @classmethod
    def load(cls, path: Path = SPEC) -> Self | None:
        """None where the specification is not there: the suite must pass without it."""
        if not path.is_file():
            return None
        spec = json.loads(path.read_text(encoding="utf-8"))
        return cls(spec["methods"], spec["types"])

    def check(self, method: str, form: dict[str, str], uploads: Collection[str] = ()) -> list[str]:
        """``form`` as it came over the wire, ``uploads`` the names of the file parts."""
        if method not in self._methods:
            return [f"{method}: no such method"]
        fields = {field["name"]: field for field in self._methods[method].get("fields", [])}
        given = form.keys() | (uploads & fields.keys())
        wrong = [f"{method}.{name}: no such parameter" for name in form.keys() - fields.keys()]
        wrong += [
            f"{method}.{name}: missing"
            for name, field in fields.items()
            if field["required"] and name not in given
        ]
        for name in form.keys() & fields.keys():
            errors = [
                self._wrong_in_form(form[name], kind, f"{method}.{name}", uploads)
                for kind in fields[name]["types"]
            ]
            if all(errors):
                wrong += fewest(errors)
        return wrong

    def _wrong_in_form(
        self, text: str, kind: str, where: str, uploads: Collection[str]
    ) -> list[str]:
        if kind in ("String", "InputFile"):
            return self._wrong_file(text, where, uploads)
        try:
            value = json.loads(text)
        except ValueError:
            return [f"{where}: {text[:40]!r} is no {kind}"]
        if kind.startswith("Array of ") and isinstance(value, list):
            # A parameter may list several array types: an element may be of any of them.
            kind = self._wider(kind)
        return self._wrong(value, kind, where, uploads)

    def _wider(self, kind: str) -> str:
        element = kind.removeprefix("Array of ")
        parents = self._types.get(element, {}).get("subtype_of", [])
        return "Array of InputMedia" if "InputMedia" in parents else kind

    def _wrong(self, value: Any, kind: str, where: str, uploads: Collection[str]) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: no list"]
            inner = kind.removeprefix("Array of ")
            return [
                error
                for n, item in enumerate(value)
                for error in self._wrong(item, inner, f"{where}[{n}]", uploads)
            ]
        if plain := _PLAIN.get(kind):
            if not isinstance(value, plain) or (kind != "Boolean" and isinstance(value, bool)):
                return [f"{where}: {str(value)[:40]!r} is no {kind}"]
            return self._wrong_file(str(value), where, uploads) if kind == "String" else []
        if kind == "InputFile":
            return self._wrong_file(str(value), where, uploads)
        return self._wrong_object(value, kind, where, uploads)

    def _wrong_object(
        self, value: Any, kind: str, where: str, uploads: Collection[str]
    ) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: no {kind}"]
        described = self._types[kind]
        if subtypes := described.get("subtypes"):
            errors = [self._wrong_object(value, sub, where, uploads) for sub in subtypes]
            return [] if not all(errors) else fewest(errors)
        fields = {field["name"]: field for field in described.get("fields", [])}
        wrong = [f"{where}.{name}: not in {kind}" for name in value.keys() - fields.keys()]
        for name, field in fields.items():
            if name in value:
                errors = [
                    self._wrong(value[name], one, f"{where}.{name}", uploads)
                    for one in field["types"]
                ]
                wrong += [] if not all(errors) else fewest(errors)
            elif field["required"]:
                wrong.append(f"{where}.{name}: missing")
        return wrong

    @staticmethod
    def _wrong_file(text: str, where: str, uploads: Collection[str]) -> list[str]:
        if text.startswith("attach://") and text.removeprefix("attach://") not in uploads:
            return [f"{where}: no such upload"]
        return []
