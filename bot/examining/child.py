"""A child process: looks through a file, writes the part that may be kept, says what the file is.

It is asked over its standard input, a socket. A request is a line of JSON with two open files, the
one that came and the one to write; the answer is a line of JSON. The child knows no path, no secret
and no address.
"""

import json
import os
import socket
import sys
from typing import Any

from bot.examining import confinement

MOST_BYTES = 24 * 1024 * 1024  # of a file that came
REQUEST = 1000  # bytes
READY = {"ready": True}
OUT_OF_MEMORY = 3  # how it ends


def main() -> None:
    """Serve until nobody asks any more. Arguments: megabytes of memory, the parent's id."""
    megabytes, parent = int(sys.argv[1]), int(sys.argv[2])
    prepare()
    held = confinement.enter(megabytes, parent)
    asked = socket.socket(fileno=0)
    _say(READY | {"held": held})
    while True:
        request, files, _, _ = socket.recv_fds(asked, REQUEST, 2)
        if not request:
            return
        came, clean = files
        try:
            confinement.begin_a_file()
            answer = _looked_through(json.loads(request)["purpose"], came, clean)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        finally:
            os.close(came)
            os.close(clean)
        _say(answer)


def prepare() -> None:
    """Load all that the first file would wait for, and all that cannot be loaded later."""
    import encodings.cp1251  # noqa: PLC0415 - no sign of it in the code
    import encodings.utf_16_be  # noqa: PLC0415
    import encodings.utf_16_le  # noqa: F401, PLC0415

    import puremagic  # noqa: F401, PLC0415

    from bot.examining.formats import content, pictures, previews  # noqa: F401, PLC0415 - they load the rest
    from config.categories import yaml_nodes  # noqa: F401, PLC0415

    pictures.load()


def _looked_through(purpose: str, came: int, clean: int) -> dict[str, Any]:
    """The answer: what the file is, or why it is refused, or which fault of ours came of it."""
    from bot.examining.formats.content import examine  # noqa: PLC0415 - loaded by ``prepare``
    from bot.examining.formats.previews import preview  # noqa: PLC0415
    from bot.file_kinds import Refused  # noqa: PLC0415
    from config.categories.yaml_nodes import plain_tree  # noqa: PLC0415

    content = _read(came)
    try:
        if purpose == "tree":
            written = json.dumps(plain_tree(content), ensure_ascii=False).encode()
            return {"size": _write(clean, written)}
        if purpose == "preview":
            return {"size": _write(clean, preview(content))}
        seen = examine(content)
        about = {"mime": seen.found.mime, "ending": seen.found.ending, "changed": seen.changed}
        size = _write(clean, seen.content) if seen.changed else len(content)
    except Refused as refused:
        return {"refused": refused.reason}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one odd file must not end what serves all
        return {"fault": type(error).__name__}
    return about | {"size": size}


def _read(came: int) -> bytes:
    with open(came, "rb", closefd=False) as file:
        return file.read(MOST_BYTES)


def _write(clean: int, content: bytes) -> int:
    with open(clean, "wb", closefd=False) as file:
        file.truncate(0)  # what a child before this one began
        return file.write(content)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
