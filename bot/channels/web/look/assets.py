"""The files of the pages, made ready at start: scripts put together, all of them compressed."""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from aiohttp import web

FOREVER = "public, max-age=31536000, immutable"
FEWEST = 500  # bytes that are worth compressing
PACKED = ("text/", "image/svg", "application/json", "application/javascript")
IMPORT = re.compile(r'^import \{([^}"]{1,500})\} from "\./([a-z_]{1,30})\.js";\n', re.MULTILINE)
EXPORT = re.compile(
    r"^export (?=(?:(?:async )?function|class|const|let) ([\w$]{1,60}))", re.MULTILINE
)

OTHER = re.compile(r"^(?:import|export)\b", re.MULTILINE)


class NotTogether(Exception):
    """Scripts cannot be put together; the text says which and why."""


@dataclass(frozen=True)
class Asset:
    """A file of the pages, kept in memory, with its compressed form if that is shorter.

    If it were sent from the disk, a reader who stops would not be noticed.
    """

    content: bytes
    mime: str
    tag: str
    packed: bytes

    @classmethod
    def of(cls, name: str, content: bytes) -> "Asset":
        """Return the asset ``name`` with that content."""
        mime = guess_type(name)[0] or "application/octet-stream"
        tag = hashlib.sha256(content).hexdigest()[:32]
        return cls(content, mime, tag, packed(content) if mime.startswith(PACKED) else b"")

    def answer(self, request: web.Request) -> web.Response:
        """Answer with it; whoever asks for just this version keeps it for good."""
        is_named = request.query.get("v") == self.tag
        headers = {"Cache-Control": FOREVER if is_named else "no-cache", "ETag": f'W/"{self.tag}"'}
        if self.packed:
            headers["Vary"] = "Accept-Encoding"
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        if self.packed and takes_packed(request):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=self.packed, content_type=self.mime, headers=headers)
        return web.Response(body=self.content, content_type=self.mime, headers=headers)


@dataclass(frozen=True)
class Prepared:
    """A page that is the same for many, rendered and compressed once."""

    html: bytes
    packed: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, html: str, headers: Mapping[str, str]) -> "Prepared":
        """Return the page with that content."""
        content = html.encode()
        return cls(content, packed(content), headers)

    def answer(self, request: web.Request) -> web.Response:
        """Answer with it."""
        short = bool(self.packed) and takes_packed(request)
        coded = {"Content-Encoding": "gzip"} if short else {}
        return web.Response(
            body=self.packed if short else self.html,
            content_type="text/html",
            charset="utf-8",
            headers={**self.headers, "Vary": "Accept-Encoding"} | coded,
        )


def packed(content: bytes) -> bytes:
    """Return the content compressed; empty if that gains nothing."""
    if len(content) < FEWEST:
        return b""
    short = gzip.compress(content, mtime=0)
    return short if len(short) < len(content) else b""


def takes_packed(request: web.Request) -> bool:
    """Whether the browser takes a compressed answer."""
    return "gzip" in request.headers.get("Accept-Encoding", "").lower()


def load(folder: Path, entry: str, fit: Callable[[dict[str, bytes]], None]) -> dict[str, Asset]:
    """Read the assets in ``folder``, by their names.

    The scripts that ``entry`` imports are in it, so that a slow line is asked once. ``fit`` may
    change the contents before.
    """
    contents = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    fit(contents)
    scripts = {
        name.removesuffix(".js"): content.decode()
        for name, content in contents.items()
        if name.endswith(".js")
    }
    contents[entry] = together(scripts, entry.removesuffix(".js")).encode()
    return {name: Asset.of(name, content) for name, content in contents.items()}


def together(scripts: Mapping[str, str], entry: str) -> str:
    """Put the module ``entry`` and all that it imports into one script, each in its own scope.

    Raises NotTogether if something is imported that is not there, or modules import each other.
    """
    done: dict[str, set[str]] = {}
    parts: list[str] = []

    def add(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise NotTogether(f"{name}.js imports itself: {' → '.join((*path, name))}")
        if name in done:
            return
        if name not in scripts:
            raise NotTogether(f"{path[-1]}.js imports {name}.js, which is not there")
        heads = []
        for names, source in IMPORT.findall(scripts[name]):
            wanted = [one.strip() for one in names.split(",") if one.strip()]
            add(source, (*path, name))
            if missing := [one for one in wanted if one not in done[source]]:
                raise NotTogether(
                    f"{name}.js imports {missing[0]}, which {source}.js does not export"
                )
            heads.append(f"const {{ {', '.join(wanted)} }} = ${source};\n")
        text = IMPORT.sub("", scripts[name])
        done[name] = set(EXPORT.findall(text))
        text = EXPORT.sub("", text)
        if OTHER.search(text):
            raise NotTogether(f"{name}.js imports or exports in a way that is not known here")
        gives = ", ".join(sorted(done[name]))
        parts.append(
            f"const ${name} = (() => {{\n{''.join(heads)}{text}\nreturn {{ {gives} }};\n}})();\n"
        )

    add(entry, ())
    return "".join(parts)
