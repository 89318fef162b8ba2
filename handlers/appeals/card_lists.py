"""Several new appeals in one message of a staff chat: a line and a button for each."""

from collections.abc import Collection
from dataclasses import replace

from config.lengths import cut
from handlers.appeals.card import URGENCY_MARKS, priority_of, state_label
from handlers.appeals.states import State
from handlers.showing import in_rows
from handlers.turn import Work
from handlers.wording.quoting import in_line, quoted
from storage import appeals, outbox
from storage.appeals import card_lists
from storage.messages import Address, Button, Priority, Reply
from storage.tables import Appeal
from storage.town import municipalities

TOPIC, PLACE, WORDS = 40, 40, 70  # letters in a line
COLUMNS = 4


def card_list(work: Work, to: Address, appeal_ids: Collection[int]) -> Reply:
    """The appeals, urgent ones first; a button shows the whole card. They stay locked."""
    found = appeals.by_ids_locked(work.session, appeal_ids)
    priorities = {appeal.id: priority_of(appeal) for appeal in found}
    found.sort(key=lambda appeal: (-priorities[appeal.id], appeal.id))
    urgent = sum(priority > Priority.NEW for priority in priorities.values())
    head = work.texts("list-head", count=len(found))
    if urgent:
        head = f"{head} {work.texts('list-urgent', count=urgent)}"
    lines = [_line(work, appeal, priorities[appeal.id]) for appeal in found]
    return Reply(
        to=to,
        text="\n\n".join([head, *lines, work.texts("list-foot")]),
        rows=in_rows([_button(appeal, priorities[appeal.id]) for appeal in found], COLUMNS),
        lists=tuple(appeal.id for appeal in found),
        coalesce=outbox.list_name(appeal_ids),
        priority=max(priorities.values()),
    )


def anew(work: Work, appeal_ids: Collection[int]) -> list[Reply]:
    """Every list that has one of these appeals, as it is now."""
    return [
        replace(
            card_list(work, found.chat, found.appeal_ids),
            instead=found.message,
            priority=Priority.LATER,
        )
        for found in card_lists.lists_with(work.session, appeal_ids)
    ]


def unsent_with(work: Work, resident_id: int) -> list[Reply]:
    """The lists on their way that have an appeal of the resident, as they are now."""
    waiting = [
        (chat, ids)
        for chat in sorted(municipalities.staff_addresses(work.session))
        for ids in outbox.unsent_lists(work.session, chat)
    ]
    listed_ids = {one for _, ids in waiting for one in ids}
    theirs = appeals.of_resident_among(work.session, resident_id, listed_ids)
    return [card_list(work, chat, ids) for chat, ids in waiting if theirs.intersection(ids)]


def _line(work: Work, appeal: Appeal, priority: Priority) -> str:
    title = cut(appeal.topic.title, TOPIC)
    state = "" if appeal.state == State.NEW else state_label(work, appeal)
    head = " · ".join(part for part in (appeal.number, title, state) if part)
    said = (in_line(appeal.place_text, PLACE), in_line(appeal.text, WORDS))
    return f"{URGENCY_MARKS.get(priority, '')}{head}\n{quoted(' — '.join(part for part in said if part))}"


def _button(appeal: Appeal, priority: Priority) -> Button:
    """Its label is the end of the number: a phone shows four side by side."""
    label = f"{URGENCY_MARKS.get(priority, '')}{appeal.serial:06}"
    return Button(label, f"show:{appeal.id}", tone="bad" if priority > Priority.NEW else "plain")
