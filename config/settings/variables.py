"""The sources of settings as one mapping: the environment, ``.env``, files of secrets."""

import difflib
from collections.abc import Collection, Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

PREFIX = "MCU_"
FROM_FILE = "_FILE"
QUOTES = ("''", '""')


class Unreadable(Exception):
    """``.env`` or a file of a secret cannot be used: the key of a text, and its variables."""

    def __init__(self, text: str, **variables: str) -> None:
        super().__init__(text)
        self.text = text
        self.variables = variables


def read_variables(environ: Mapping[str, str], env_file: str | None) -> dict[str, str]:
    """All ``MCU_`` variables by their upper-case names; the environment goes before the file.

    Empty ones count as not set. Raises Unreadable.
    """
    found: dict[str, str] = {}
    for source in (_read_file(env_file) if env_file else {}, environ):
        for name, value in source.items():
            if name.upper().startswith(PREFIX) and (bare := _bare(value)):
                found[name.upper()] = bare
    return found


def secrets_from_files(found: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """The same, with what ``MCU_..._FILE`` names read for each of the secrets. Raises Unreadable."""
    read = dict(found)
    for name in secrets:
        path = read.pop(name + FROM_FILE, None)
        if path is None:
            continue
        if name in read:
            raise Unreadable("settings-twice", name=name, file=name + FROM_FILE)
        try:
            value = Path(path).read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError):
            raise Unreadable("settings-secret-file", name=name + FROM_FILE, path=path) from None
        if not value:
            raise Unreadable("settings-secret-file", name=name + FROM_FILE, path=path)
        read[name] = value
    return read


def nearest(name: str, known: Collection[str]) -> str:
    """The variable that a misspelt name probably means; empty if none is near."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.8)), "")


def _bare(value: str) -> str:
    """Without spaces around and without a pair of quotes (``docker run --env-file`` keeps them)."""
    value = value.strip()
    return value[1:-1].strip() if len(value) > 1 and value[0] + value[-1] in QUOTES else value


def _read_file(name: str) -> dict[str, str]:
    """What stands in a ``.env``; with a byte order mark and with Windows line ends, too."""
    try:
        content = Path(name).read_bytes()
    except FileNotFoundError:
        return {}
    except IsADirectoryError:
        raise Unreadable("settings-file-is-folder", file=name) from None
    except PermissionError:
        raise Unreadable("settings-file-closed", file=name) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("settings-file-not-utf8", file=name) from None
    lines = "\n".join(text.splitlines())
    read: dict[str, str] = {}
    for binding in parse_stream(StringIO(lines + "\n")):
        if binding.error or (binding.key and binding.value is None):
            blank = len(binding.original.string) - len(binding.original.string.lstrip("\n"))
            number = str(binding.original.line + blank)
            raise Unreadable("settings-file-line", file=name, line=number)
        if binding.key:
            read[binding.key] = binding.value or ""
    return read
