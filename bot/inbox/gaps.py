"""A word that messages of a channel were lost, to the staff and to whom nobody answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.protocol import GapCause, OpenDialogue
from handlers.turn import Work
from storage.inbox import events
from storage.messages import Reply
from storage.people import bans
from storage.town import municipalities

MOST_NAMED = 20  # dialogues in the staff's message


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which messages of a channel did not come.

    ``mark`` is its name; ``last``: when the last message came; ``since``: when we were last in
    contact, if that is known.
    """

    channel: str
    mark: str
    last: datetime | None = None
    since: datetime | None = None
    cause: GapCause = ""


def tell(work: Work, gap: Gap, dialogues: Sequence[OpenDialogue] | None) -> None:
    """Tell each staff chat since when, whose dialogues are open and what to do; ask those people.

    While nothing comes, nobody is asked to write. ``dialogues`` None: the messenger did not tell.
    """
    if events.seen(work.session, gap.channel, [gap.mark]):
        return
    events.mark_seen(work.session, gap.channel, gap.mark, work.now)
    asked = [one for one in dialogues or () if not _is_banned(work, one)]
    if gap.cause != "off":
        for one in asked:
            work.say(Reply(to=one.address, text=work.texts("gap-resident"), push=True))
    text = _text(work, gap, asked if dialogues is not None else None)
    for chat in sorted(municipalities.staff_addresses(work.session)):
        work.say(Reply(to=chat, text=text, push=True))


def _text(work: Work, gap: Gap, asked: Sequence[OpenDialogue] | None) -> str:
    texts, channel, named = work.texts, gap.channel, work.texts(f"channel-{gap.channel}")
    now = work.time(work.now)
    if gap.since:
        key = f"gap-{gap.cause or 'away'}"
        lines = [texts(key, channel=named, since=work.time(gap.since), now=now)]
    elif gap.last and not gap.cause:
        lines = [texts("gap-since", channel=named, since=work.time(gap.last), now=now)]
    else:
        lines = [texts("gap", channel=named, now=now)]
    if asked:
        key = "gap-unanswered" if gap.cause == "off" else "gap-dialogues"
        lines.append(texts(key, count=len(asked)))
        lines += [f"— {one.name} {one.link}" for one in asked[:MOST_NAMED]]
    if asked is None or len(asked) > MOST_NAMED:
        lines.append(texts(f"gap-look-{channel}"))
    elif not asked:
        lines.append(texts("gap-nobody", channel=named))
    return "\n".join(lines)


def _is_banned(work: Work, one: OpenDialogue) -> bool:
    salt, address = work.municipality.delivery_salt, one.address
    return bans.of(work.session, bans.mark_of(salt, address.channel, address.chat)) is not None
