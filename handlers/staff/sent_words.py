"""Words of the staff that a resident was sent: which they are now, corrected, taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.appeals import standing
from handlers.appeals.card import resident_address
from handlers.appeals.lifecycle import Actor, known_as, note, push
from handlers.appeals.states import SAID, Action, State
from handlers.turn import Work
from storage import appeals, outbox
from storage import files as kept_files
from storage.appeals import message_ties
from storage.messages import Reply
from storage.outbox import recall
from storage.tables import Appeal, HistoryEntry

# An older message is read by nobody again: its correction is a message of its own, too.
READ_AGAIN = timedelta(hours=1)
MADE_VOID = frozenset({outbox.OUTDATED, outbox.REFUSED, outbox.ERASED, recall.CALLED_BACK})


def last_said(work: Work, appeal: Appeal) -> HistoryEntry | None:
    """The entry of the history whose words stand in the appeal's present state."""
    action = SAID.get(State(appeal.state))
    entries = appeals.history(work.session, appeal.id)
    return next((entry for entry in reversed(entries) if entry.action == action), None)


def words_now(work: Work, entry: HistoryEntry) -> str:
    """The entry's words as the resident has them: after the last correction."""
    corrections = [
        one.text
        for one in appeals.history(work.session, entry.appeal_id)
        if one.details.get("of") == entry.id
    ]
    return (corrections or [entry.details.get("org") or entry.text])[-1]


def correct(
    work: Work,
    appeal: Appeal,
    entry: HistoryEntry,
    actor: Actor,
    text: str,
    files: Sequence[int] = (),
) -> list[Reply]:
    """Put these words in the place of the entry's, and keep both; no reply if the resident is gone.

    The resident's message is changed if the channel can do that. Else, or if further files come,
    the correction is a message of its own.
    """
    kept = kept_files.of_appeal(work.session, appeal.id)
    old = [file.id for file in kept if file.history_id == entry.id]
    holds = standing.in_this_state(appeal) if entry.action == SAID.get(State(appeal.state)) else ""
    said = push(
        work,
        appeal,
        f"push-{entry.action}",
        files=[*old, *files],
        entry=entry,
        holds=holds,
        lets_go=False,
        **_said(entry, text),
    )
    if not said:
        return []
    [whole] = said
    corrected = note(work, appeal, actor, "correct", text=text, details={"of": entry.id})
    kept_files.attach(work.session, files, appeal.id, corrected.id)
    return _in_its_place(work, entry, whole, is_changed=not files)


def _said(entry: HistoryEntry, text: str) -> dict[str, str]:
    """The words as the push of the entry's action takes them."""
    details = {key: str(value) for key, value in entry.details.items()}
    return {"text": text, **details, **({"org": text} if entry.action == Action.FORWARD else {})}


def _in_its_place(
    work: Work, entry: HistoryEntry, whole: Reply, *, is_changed: bool
) -> list[Reply]:
    """The reply in the place of what was sent, or of what still waits to be sent."""
    row = outbox.newest(work.session, whole.to, whole.coalesce)
    if row and row.outcome == outbox.HELD:
        row.reply, row.revision = whole.to_json(), row.revision + 1
        return []
    if row and (row.done_at is None or row.outcome in MADE_VOID):
        return [replace(whole, after=row.reply.get("after", 0))]  # an unsent one is replaced
    anew = replace(
        whole, text=f"{work.texts('push-corrected')}\n\n{whole.text}", coalesce=f"anew:{entry.id}"
    )
    message = message_ties.that_says(work.session, whole.to, entry.appeal_id, entry.id)
    if not message or not is_changed:
        return [anew]
    is_fresh = work.now - entry.at < READ_AGAIN
    changed = replace(
        whole.and_then(work.texts("push-edited", time=work.time(work.now))),
        instead=message,
        otherwise=anew.text if is_fresh else "",
        coalesce=f"changed:{entry.id}",
    )
    return [changed] if is_fresh else [changed, anew]


def take_back(work: Work, appeal: Appeal, entry: HistoryEntry) -> list[Reply]:
    """Blot out the resident's message that says these words, with its buttons, if it can be."""
    to = resident_address(appeal)
    if to is None:
        return []
    message = message_ties.that_says(work.session, to, appeal.id, entry.id)
    if not message:
        return []
    text = work.texts("push-taken-back", number=known_as(work, appeal))
    return [Reply(to=to, text=text, appeal=appeal.id, push=True, instead=message)]
