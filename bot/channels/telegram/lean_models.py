"""Import aiogram in a third of its memory: its package does so before any of its modules is imported.

aiogram 3.31 defers its models and then, at the end of its import, builds all 300 of them, each with
a copy of all that it refers to: 120 MB. Here they get the names that they lack, and pydantic builds
each when it is first used.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

NAME = re.compile(r"\w+")


def _name_instead(cls: type[BaseModel], *, _types_namespace: Mapping[str, Any]) -> None:
    """In place of ``model_rebuild``: what the annotations name is put where they look for it."""
    home = vars(sys.modules[cls.__module__])
    for annotation in vars(cls).get("__annotations__", {}).values():
        for name in NAME.findall(str(annotation)):
            if name in _types_namespace:
                home.setdefault(name, _types_namespace[name])


def import_aiogram() -> None:
    """Import aiogram, with models that are built when they are first used."""
    if "aiogram.types" in sys.modules:  # somebody was earlier: it works as well, in more memory
        return
    rebuild = vars(BaseModel)["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_name_instead)  # type: ignore[method-assign, assignment]
    try:
        import aiogram.types  # noqa: PLC0415 - what this is about
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
    aiogram.types.Update.model_rebuild()  # the first update is not to wait for it
