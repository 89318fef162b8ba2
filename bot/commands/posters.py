"""``python -m bot poster``: the poster of a place or a topic as files. It works beside a running bot."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.commands.outcome import Told
from bot.failures import RetryLater
from bot.links import typed
from bot.posters.making import as_file, picture_of, poster_of
from bot.protocol import Adapter
from bot.transactions import Transactions
from config.texts import Texts
from config.texts.system_errors import in_words
from handlers.admin.posters import FORMS, Wanted, wanted_of
from handlers.turn import Work
from handlers.wording.places import read_place
from storage.messages import Place
from storage.town import place_codes


class Mistaken(Exception):
    """Something on the command line is wrong; the text says what."""


async def make(
    transactions: Transactions,
    adapters: Callable[[], dict[str, Adapter]],
    *,
    place: str | None,
    topic: str | None,
    code: str | None,
    out: Path,
) -> Told:
    """Draw the poster of the new ``place``, or of a ``code`` that is there, into the folder ``out``.

    Returns what to print, and the exit code.
    """
    texts, settings = transactions.services.texts, transactions.services.settings

    def find(work: Work) -> Wanted:
        if bool(place) == bool(code):
            raise Mistaken(work.texts("poster-needs-one", command=typed("poster --help")))
        return _of_new(work, place, topic) if place else _of_code(work, code or "")

    try:
        wanted = await transactions.run(find, wake=False)
    except Mistaken as mistaken:
        return str(mistaken), 1
    try:
        poster = await poster_of(adapters(), settings, texts, wanted)
        picture = await picture_of(poster)
        files = await asyncio.to_thread(
            _write, out, texts("poster-file", code=wanted.code), picture
        )
    except RetryLater as error:
        return _not_drawn(texts, wanted, str(error)), 1
    except OSError as error:
        return _not_drawn(texts, wanted, in_words(error)), 1
    shown = "\n".join(str(file) for file in files)
    about = wanted.place or wanted.topic
    return texts("poster-written", place=about, code=wanted.code, files=shown), 0


def _not_drawn(texts: Texts, wanted: Wanted, reason: str) -> str:
    command = typed(f"poster --code {wanted.code}")
    return texts("poster-not-drawn", reason=reason, code=wanted.code, command=command)


def _write(out: Path, name: str, picture: bytes) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for ending, mime in FORMS:
        file = out / f"{name}{ending}"
        file.write_bytes(as_file(picture, mime))
        files.append(file)
    return files


def _of_new(work: Work, words: str, topic: str | None) -> Wanted:
    problem, place = read_place(words)
    if problem:
        raise Mistaken(work.texts("poster-place-wrong", reason=work.texts(problem)))
    category_code, _, topic_code = (topic or "").partition("/")
    found = work.tree.topic_by_code(category_code, topic_code) if topic else None
    if topic and found is None:
        raise Mistaken(work.texts("poster-topic-unknown", topic=topic))
    spot, topic_id = Place(text=place["text"]), found.id if found else None
    row = place_codes.make(work.session, work.municipality, spot, topic_id, "", work.now)
    return wanted_of(work, row)


def _of_code(work: Work, code: str) -> Wanted:
    kind, _, rest = code.lower().partition("-")
    row = place_codes.find(work.session, work.municipality, rest) if kind == "p" else None
    if row and row.active:
        return wanted_of(work, row)
    category, _, topic = rest.partition("-")
    found = work.tree.topic_by_code(category, topic) if kind == "t" else None
    if found is None:
        raise Mistaken(work.texts("poster-code-unknown", code=code))
    return Wanted(code.lower(), topic=found.title)
