"""Import aiogram in a third of its usual memory.

At the end of its import aiogram 3.31 builds all its 300 models, each with a copy of the models that
it refers to: 120 MB. Here each model only gets the names that its annotations lack, and pydantic
builds it at its first use. The package calls this before any of its modules is imported.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

NAME = re.compile(r"\w+")


def _name_instead(cls: type[BaseModel], *, _types_namespace: Mapping[str, Any]) -> None:
    """Replace ``model_rebuild``: only put the names of the annotations into the model's module."""
    home = vars(sys.modules[cls.__module__])
    for annotation in vars(cls).get("__annotations__", {}).values():
        for name in NAME.findall(str(annotation)):
            if name in _types_namespace:
                home.setdefault(name, _types_namespace[name])


def import_aiogram() -> None:
    """Import aiogram so that each model is built at its first use."""
    if "aiogram.types" in sys.modules:  # somebody was earlier: it works as well, in more memory
        return
    rebuild = vars(BaseModel)["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_name_instead)  # type: ignore[method-assign, assignment]
    try:
        import aiogram.types  # noqa: F401, PLC0415 - what this is about
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
