"""A channel in which the town does not converse any more: greet, explain, hand over to another one.

A one-time code in the links brings along what was begun and filed. What people may always do, look
at their data, erase it and join messengers, they may do here, too.
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers.audience import command_of
from handlers.residents import consent, filing
from handlers.residents.accounts import coming, joining, names, parting
from handlers.residents.open_forms import in_hand
from handlers.residents.unasked import appeal_in_hand, take_in
from handlers.turn import Turn, Work
from storage.appeals import count_of_resident
from storage.messages import Button, Reply, Rows
from storage.people import link_codes
from storage.tables import Appeal, Resident
from storage.town import municipalities

AGAIN = "handover:again"
STAYS = frozenset({consent.DELETE.name, joining.JOIN.name, joining.ENTER.name, parting.PART.name})
STAYS_COMMANDS = frozenset({"/data", "/delete_me", "/link", "/unlink"})
STAYS_PRESSES = ("data:", "link:", "consent:read")


def is_due(turn: Turn) -> bool:
    """Whether residents are led on from this channel, and the event is not about their data."""
    event = turn.event
    if event.address.channel not in turn.settings.without_dialogue:
        return False
    if command_of(event)[0] in STAYS_COMMANDS or event.press.startswith(STAYS_PRESSES):
        return False
    held = in_hand(turn)
    return held is None or held[0].form not in STAYS


def answer(turn: Turn, resident: Resident) -> list[Reply]:
    """Keep what was said in a draft, and show the ways to the channels that are open."""
    said: list[str] = []
    if resident.greeted_at is None:
        resident.greeted_at = turn.now
        greeting = turn.texts("handover-greeting", municipality=turn.settings.municipality)
        said.append(greeting)
    if not (turn.event.press or turn.event.is_command):
        heard = take_in(turn)
        if heard.further or turn.event.edited or turn.continues is not None:
            return []
    channel = turn.event.address.channel
    others = ", ".join(_named(turn, one) for one in turn.settings.conversing)
    said.append(turn.texts("handover", channel=_named(turn, channel), others=others))
    draft = appeal_in_hand(turn)
    kept = bool(draft and draft.has_content)
    filed = turn.consented and count_of_resident(turn.session, resident.id) > 0
    if kept:
        said.append(turn.texts("handover-kept"))
    if filed:
        said.append(turn.texts("handover-appeals"))
    code = _code(turn) if kept or turn.consented else turn.event.start
    rows = _rows(turn, code)
    brings = "handover-code" if code and code != turn.event.start else "handover-link"
    said.append(turn.texts(brings if rows else "handover-no-link"))
    again = ((turn.button("handover-again", AGAIN),),)
    if turn.consented:
        said.append(turn.texts("handover-data"))
    return [turn.reply("\n\n".join(said), (*rows, *again))]


def take_up(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies, and the next question of an appeal that has just come from such a channel."""
    ended = turn.settings.without_dialogue
    came = (
        draft
        for draft in turn.dialogue.of([filing.FORM.name])
        if draft.is_aside and draft.notes.get(coming.FROM, [""])[0] in ended
    )
    draft = next(came, None) if ended else None
    if draft is None or draft.notes.get("taken_up"):
        return replies
    turn.dialogue.activate(draft)
    draft.notes["taken_up"] = True
    if turn.consented:
        return [*replies, *filing.FORM.prompt(turn, draft)]
    asked = consent.ask_consent(turn, names.person_of(turn))
    return [*replies, *consent.led_by(turn, asked, [turn.texts("consent-kept")])]


def elsewhere(work: Work, replies: Sequence[Reply]) -> list[Reply]:
    """The replies as they go out: in a channel without conversation, news only say that there are some."""
    ended = work.settings.without_dialogue
    if not ended or not any(one.to.channel in ended and one.push for one in replies):
        return list(replies)
    staff = set(municipalities.staff_addresses(work.session))
    return [
        _news(work, one)
        if one.push and one.appeal is not None and one.to.channel in ended and one.to not in staff
        else one
        for one in replies
    ]


def _news(work: Work, reply: Reply) -> Reply:
    appeal = work.session.get_one(Appeal, reply.appeal)
    channel = work.texts(f"channel-{reply.to.channel}")
    text = work.texts("handover-news", number=appeal.number, channel=channel)
    row = (work.button("handover-read", AGAIN, tone="primary"),)
    return replace(
        reply,
        text=text,
        rows=(row,),
        files=(),
        entry=None,
        coalesce=f"handover:{appeal.id}",
        spot="",
    )


def _rows(turn: Turn, code: str) -> Rows:
    """A button for each channel that is open and whose link is known."""
    links = ((name, turn.services.invitation(name, code)) for name in turn.settings.conversing)
    return tuple(
        (
            Button(
                turn.texts("handover-go", channel=_named(turn, name)),
                kind="url",
                url=link,
                tone="primary",
            ),
        )
        for name, link in links
        if link
    )


def _code(turn: Turn) -> str:
    salt = turn.municipality.delivery_salt
    code = link_codes.give(turn.session, names.account_of(turn), salt, turn.now)
    return f"{joining.LINK}{code}"


def _named(turn: Turn, channel: str) -> str:
    return turn.texts(f"channel-{channel}")
