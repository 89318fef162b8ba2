"""Files that come with an event: which are taken and kept, and why one is not.

A name decides nothing: the examiner looks at the content, and ``file_news`` tells who sent it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from config.texts import Texts
from handlers.rights import STAFF_TIMES
from handlers.turn import Turn
from storage import files
from storage.files import Amount
from storage.files.names import clean_name
from storage.inbox import events
from storage.messages import File
from storage.people.bans import mark_of
from storage.tables import KeptFile

MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024  # what a Telegram bot may fetch; the same in every channel
# Of one account: what belongs to no appeal yet, and all of a day.
UNFILED = Amount(40, 250 * 1024 * 1024)
A_DAY = Amount(200, 500 * 1024 * 1024)
# What people can do about it, by the reason for which the content was refused.
WHYS = {
    "empty": "empty",
    "sound": "sound",
    "program": "program",
    "macros": "macros",
    "objects": "objects",
    "links": "links",
    "scripts": "scripts",
    "locked": "locked",
    "packed": "packed",
    "virus": "virus",
    **dict.fromkeys(("archive", "archive-behind"), "archive"),
    **dict.fromkeys(("broken-archive", "broken-document"), "broken"),
    **dict.fromkeys(("broken-picture", "heavy", "deadly", "fault", "taken-over"), "unopened"),
    "large": "large",
    "large-picture": "large-picture",
    "gone": "gone",
}
OTHERWISE = "kind"


def why_refused(texts: Texts, reason: str) -> str:
    """The text that tells why a file was refused and what to send instead.

    ``reason`` as in Refused, or ``gone``: the messenger does not give it any more.
    """
    return texts(f"file-why-{WHYS.get(reason, OTHERWISE)}")


def keep_files(turn: Turn, room: int, those: Sequence[File] | None = None) -> tuple[str, list[int]]:
    """Keep the event's files or ``those`` of them, at most ``room``.

    Return a text of what was refused, and the ids.
    """
    if those is None and turn.kept is not None:
        return "", list(turn.kept[:room])
    refused = ""
    kept: list[int] = []
    for sent in (one for one in (turn.event.files if those is None else those) if one.ref):
        file = replace(sent, name=clean_name(sent.name))
        problem = _problem(turn, file)
        if not problem and len(kept) >= room:
            problem = turn.texts("files-too-many", most=MOST_FILES)
        if problem:
            refused = refused or problem
            continue
        state = "waiting" if turn.consented else "noted"
        message, member = turn.event.message, turn.event.member
        kept.append(files.keep(turn.session, file, member, turn.now, state=state, message=message))
    if kept and not refused and turn.services.is_space_low():
        refused = _tell_of_waiting(turn)
    return refused, kept


def keep_lost(turn: Turn) -> list[int]:
    """Note the event's pieces that could not be read; the ids.

    Whoever reads the message sees by them that something is missing.
    """
    lost = [file for file in turn.event.files if not file.ref][:MOST_FILES]
    member, now = turn.event.member, turn.now
    return [files.keep(turn.session, file, member, now, state="gone") for file in lost]


def exchanged(turn: Turn, before: Sequence[KeptFile]) -> tuple[list[File], list[int]]:
    """The files of an edited message that are new to it, and the ids of those it has no more.

    ``before``: the files that it had. Of what an older program kept nothing tells files apart: if there
    are as many as before, they count as the same.
    """
    sent = [file for file in turn.event.files if file.ref]
    if not all(file.same for file in before) or not all(file.same for file in sent):
        return ([], []) if len(before) >= len(sent) else (list(sent[len(before) :]), [])
    had, has = {file.same for file in before}, {file.same for file in sent}
    return [f for f in sent if f.same not in had], [f.id for f in before if f.same not in has]


def _tell_of_waiting(turn: Turn) -> str:
    """That there is no room for files just now: a word, once a day."""
    person = turn.event.person
    mark = mark_of(turn.municipality.delivery_salt, person.channel, person.account)
    told = f"files-wait-told:{turn.today}:{mark}"
    if events.seen(turn.session, person.channel, [told]):
        return ""
    events.mark_seen(turn.session, person.channel, told, turn.now)
    return turn.texts("files-wait")


def _has_room(turn: Turn, file: File) -> bool:
    """Whether the account may send that file besides what it has sent."""
    session, person = turn.session, turn.event.person
    times = 1 if turn.event.private else STAFF_TIMES
    day = turn.now - timedelta(days=1)
    counted = (
        (files.unfiled(session, person.channel, person.account), UNFILED),
        (files.sent_since(session, person.channel, person.account, day), A_DAY),
    )
    return all(
        stands.files < most.files * times and stands.size + file.size <= most.size * times
        for stands, most in counted
    )


def _problem(turn: Turn, file: File) -> str:
    if file.size > MOST_BYTES:
        size = f"{file.size / 1024 / 1024:.0f}"
        most = str(MOST_BYTES // 1024 // 1024)
        return turn.texts("file-too-large", size=size, most=most)
    if not _has_room(turn, file):
        return turn.texts("files-too-many-today")
    return ""
