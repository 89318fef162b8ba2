"""A word that messages of a channel were lost, to the staff and to whom nobody answered."""

from collections.abc import Sequence
from datetime import datetime

from bot.protocol import OpenDialogue
from handlers.turn import Work
from storage.inbox import events
from storage.messages import Reply
from storage.people import bans
from storage.town import municipalities

MOST_NAMED = 20  # dialogues in the staff's message


def tell(
    work: Work,
    channel: str,
    mark: str,
    since: datetime | None,
    dialogues: Sequence[OpenDialogue] | None,
) -> None:
    """Tell each staff chat since when, whose dialogues are open and what to do; ask those people.

    ``since``: when the last message came; ``dialogues`` None: the messenger did not tell.
    """
    if events.seen(work.session, channel, [mark]):
        return
    events.mark_seen(work.session, channel, mark, work.now)
    asked = [one for one in dialogues or () if not _is_banned(work, one)]
    for one in asked:
        work.say(Reply(to=one.address, text=work.texts("gap-resident"), push=True))
    text = _text(work, channel, since, asked if dialogues is not None else None)
    for chat in sorted(municipalities.staff_addresses(work.session)):
        work.say(Reply(to=chat, text=text, push=True))


def _text(
    work: Work, channel: str, since: datetime | None, asked: Sequence[OpenDialogue] | None
) -> str:
    texts, named = work.texts, work.texts(f"channel-{channel}")
    now = work.time(work.now)
    if since:
        lines = [texts("gap-since", channel=named, since=work.time(since), now=now)]
    else:
        lines = [texts("gap", channel=named, now=now)]
    if asked:
        lines.append(texts("gap-dialogues", count=len(asked)))
        lines += [f"— {one.name} {one.link}" for one in asked[:MOST_NAMED]]
    if asked is None or len(asked) > MOST_NAMED:
        lines.append(texts(f"gap-look-{channel}"))
    elif not asked:
        lines.append(texts("gap-nobody", channel=named))
    return "\n".join(lines)


def _is_banned(work: Work, one: OpenDialogue) -> bool:
    salt, address = work.municipality.delivery_salt, one.address
    return bans.of(work.session, bans.mark_of(salt, address.channel, address.chat)) is not None
