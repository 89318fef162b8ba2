"""News of files that came, or will not come, after the message they were sent with."""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.appeals.card import card, files_of, staff_address
from handlers.attachments import why_refused
from handlers.turn import Work
from storage import appeals, files
from storage.files import drafts
from storage.messages import Address, ChatMember, Reply
from storage.people import dialogues
from storage.tables import Appeal, KeptFile

MADE_UP = re.compile(r"(?:photo|image|file|фото)[_ -]?\d*(?:\.\w+)?", re.IGNORECASE)
MOST_NAMED = 10  # «десятое фото»: no message brings more


def follow(work: Work, sent: Reply, to: Address, ids: Sequence[int]) -> list[Reply]:
    """Send files after the message that went without them, each as soon as it is there.

    The card says that some are still coming.
    """
    appeal = appeals.get(work.session, sent.appeal) if sent.appeal else None
    late = replace(sent, to=to, text="", rows=(), files=tuple(ids), late=True, push=True)
    late = replace(late, coalesce="", instead="", lists=(), card=False, fresh=False)
    if appeal is None:
        return [late]
    heading = files_of(work, appeal, ()).text
    return [replace(late, text=heading), *_changed_card(work, appeal, of=to)]


def came(work: Work, row: KeptFile) -> list[Reply]:
    """Say on the card that a file has come after all."""
    appeal = _appeal_of(work, row) if row.created_at < work.now - files.LATE else None
    return [card(work, appeal)] if appeal else []


def lock_draft(work: Work, row: KeptFile) -> None:
    """Lock the sender's drafts, before the file is locked: whoever writes drafts locks both so."""
    if row.chat:
        dialogues.load(work.session, _sender(row))


def lost(work: Work, row: KeptFile, reason: str) -> list[Reply]:
    """Tell the sender that a file is not taken, which, and what to do; say it on the card.

    ``reason`` as in Refused, or ``gone``: the messenger does not give it any more.
    """
    if row.purpose or row.content is not None:  # a category file, or one that we made
        return []
    appeal = _appeal_of(work, row)
    together = _taken_out_of_draft(work, row)
    changed = [card(work, appeal)] if appeal else []
    if not row.chat:
        return changed
    which, why = _which(work, row, min(together, default=None)), why_refused(work.texts, reason)
    text = work.texts("file-refused", which=which, why=why)
    if appeal:
        text = work.texts("file-refused-of", which=which, number=appeal.number, why=why)
    if together:
        text = f"{text} {work.texts('files-left', count=len(together) - 1)}"
    elif appeal:
        text = f"{text} {work.texts('file-send-again')}"
    told = Reply(to=row.address, text=text, push=True)
    if appeal:
        is_staff = row.address == staff_address(appeal)
        add = ((work.button("resident-add", f"comment:{appeal.id}"),),)
        told = replace(told, appeal=appeal.id, under_card=is_staff, rows=() if is_staff else add)
    return [told, *changed]


def _which(work: Work, row: KeptFile, first: int | None) -> str:
    """The file in words: its name, or «второе фото» among those that came with it.

    ``first`` as in ``files.came_with``.
    """
    if not _is_nameless(row):
        return work.texts("file-named", name=row.name)
    beside = files.came_with(work.session, row, first)
    alike = [one.id for one in beside if one.kind == row.kind and _is_nameless(one)]
    place = alike.index(row.id) + 1 if row.id in alike and len(alike) > 1 else 0
    return work.texts(f"file-{row.kind}", place=place if place <= MOST_NAMED else 0)


def _is_nameless(row: KeptFile) -> bool:
    """Whether its sender gave it no name; messengers and we make some up for photos."""
    return not row.name or (row.kind == "photo" and bool(MADE_UP.fullmatch(row.name)))


def _appeal_of(work: Work, row: KeptFile) -> Appeal | None:
    return appeals.get(work.session, row.appeal_id) if row.appeal_id else None


def _taken_out_of_draft(work: Work, row: KeptFile) -> set[int]:
    """Take it out of an unfinished form, whose counts are then right; the ids that were in that form.

    Empty: it is in no form.
    """
    dialogue = dialogues.load(work.session, _sender(row)) if row.chat else None
    for number, draft in enumerate(dialogue.drafts if dialogue else ()):
        together = drafts.ids_in([draft])
        if dialogue and row.id in together:
            others = dialogue.drafts
            changed = drafts.without(draft, row.id)
            dialogue.drafts = [*others[:number], changed, *others[number + 1 :]]
            return together
    return set()


def _sender(row: KeptFile) -> ChatMember:
    return ChatMember(row.channel, row.chat, row.account)


def _changed_card(work: Work, appeal: Appeal, of: Address) -> list[Reply]:
    return [card(work, appeal)] if of == staff_address(appeal) else []
