"""Edits of messages that were taken: what has changed in them since they were last seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.attachments import exchanged
from handlers.drafts import Draft
from handlers.turn import Turn
from storage import appeals
from storage import files as kept_files
from storage.appeals import message_ties
from storage.bounds import same_words
from storage.messages import File
from storage.tables import Appeal, HistoryEntry

CLOSED = (
    "closed"  # in place of what it showed: the sender knows that it cannot be corrected any more
)


@dataclass(frozen=True)
class Change:
    """The change of an edited message: whether its words are others, which files came and went."""

    words: bool
    came: Sequence[File]
    gone: Sequence[int]


def change_of(turn: Turn, appeal: Appeal) -> Change | None:
    """The change of the event's message since it was last seen; None: nothing, as after a reaction."""
    event = turn.event
    row = message_ties.that_came(turn.session, turn.home, event.message)
    if row is None or row.seen in (event.look, CLOSED):
        return None
    text = event.text.strip()
    if row.seen:
        words = not same_words(row.seen, event.look)
    else:  # tied by an older program
        words = not appeals.has_said(turn.session, appeal, text)
    before = kept_files.of_message(turn.session, appeal.id, event.member, event.message)
    # Of a message that an older program tied nobody knows its files: none is taken twice.
    came, gone = exchanged(turn, before) if row.seen else ([], [])
    row.seen = event.look
    return Change(words, came, gone) if words or came or gone else None


def close(turn: Turn) -> None:
    """The message cannot be corrected any more, and its sender has been told."""
    event = turn.event
    if row := message_ties.that_came(turn.session, turn.home, event.message):
        row.seen = CLOSED


def said_by(turn: Turn) -> HistoryEntry | None:
    """The entry of the history that the event's message is, all of its words."""
    row = message_ties.that_came(turn.session, turn.home, turn.event.message)
    return turn.session.get(HistoryEntry, row.entry_id) if row and row.entry_id else None


def tie_said(turn: Turn, draft: Draft, appeal: Appeal, entry_id: int | None = None) -> None:
    """Tie what a form was told to its appeal, so that an edit or a late part of an album finds it.

    What was replaced by other words before it was sent is no part of it. ``entry_id`` is the entry
    of the history with these words.
    """
    albums: dict[str, str] = {m: album for album, m in draft.notes.get("albums", {}).items()}
    seen: dict[str, str] = draft.notes.get("seen", {})
    heard = draft.notes.get("heard", {})
    messages = dict.fromkeys([*heard, *seen], "") | albums
    kept = {name: album for name, album in messages.items() if _is_part(draft, heard.get(name))}
    draft.notes["tied"] = True
    chat = turn.home
    words = [name for name in kept if heard.get(name, ("", ""))[1]]
    says = {words[0]: entry_id} if entry_id and len(words) == 1 else {}
    message_ties.tie_all(turn.session, chat, kept, appeal.id, "came", turn.now, seen, says)


def _is_part(draft: Draft, heard: Sequence[str] | None) -> bool:
    answer = draft.answers.get(heard[0]) if heard else None
    return not isinstance(answer, str) or not heard or heard[1] in answer
