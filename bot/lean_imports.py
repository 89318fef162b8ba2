"""Import structlog and Mako without the colours for terminals that they would bring: 7 MB.

To be imported before them. Whoever wants colours later (the command line's help) imports them then.
"""

import sys
from importlib import import_module

COLOURS = ("rich", "pygments")
WOULD_BRING_THEM = ("structlog", "mako.exceptions")


def _import() -> None:
    absent = [name for name in COLOURS if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # to import it is an ImportError now
    try:
        for name in WOULD_BRING_THEM:
            import_module(name)
    finally:
        for name in absent:
            del sys.modules[name]


_import()
