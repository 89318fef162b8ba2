"""The page of ``/link``: a code, the accounts that are joined, and the one that answers go to."""

from collections.abc import Sequence

from handlers.residents.accounts import coming, joining, names
from handlers.residents.ways.menu_rows import menu_rows
from handlers.turn import Turn
from storage.messages import Button, Reply, Rows
from storage.people import accounts, link_codes
from storage.tables import Account, Resident


def page(turn: Turn) -> list[Reply]:
    """The accounts of a person, or what it is good for to join another one."""
    resident = names.person_of(turn)
    theirs = accounts.of(turn.session, resident.id)
    rows: Rows = ((turn.button("link-give", "link:give"), turn.button("link-enter", "link:enter")),)
    if len(theirs) < 2:
        return [turn.reply(turn.texts("link-page"), rows)]
    told = turn.texts(
        "link-joined-page",
        names=names.all_named(turn, resident),
        home=names.named(turn, resident),
        fixed="yes" if resident.home_fixed else "no",
    )
    return [turn.reply(told, _home_rows(turn, resident) + part_rows(turn, theirs) + rows)]


def _home_rows(turn: Turn, resident: Resident) -> Rows:
    here = turn.button("link-home-here", "link:here")
    last = turn.button("link-home-last", "link:last")
    if not coming.may_be_home(turn, coming.way_here(turn, resident)):
        return ((last,),) if resident.home_fixed else ()
    if not resident.home_fixed:
        return ((here,),)
    return ((last,),) if names.is_here(turn, resident) else ((here,), (last,))


def part_rows(turn: Turn, theirs: Sequence[Account]) -> Rows:
    """A button for each account that parts it."""
    return tuple(
        (
            turn.button("link-part-this", f"link:part:{one.id}")
            if names.is_here(turn, one)
            else turn.button(
                "link-part-other",
                f"link:part:{one.id}",
                channel=turn.texts(f"channel-{one.channel}"),
            ),
        )
        for one in theirs
    )


def give(turn: Turn) -> list[Reply]:
    """A new code for another messenger."""
    names.person_of(turn)
    salt = turn.municipality.delivery_salt
    code = link_codes.give(turn.session, names.account_of(turn), salt, turn.now)
    closed = (turn.event.address.channel, *turn.settings.without_dialogue)
    others = [name for name in turn.settings.channels if name not in closed]
    listed = ", ".join(turn.texts(f"channel-{name}") for name in others)
    where = turn.texts("link-code-where", names=listed) if listed else ""
    text = turn.texts("link-code", code=link_codes.shown(code), where=where)
    enter: Rows = ((turn.button("link-enter", "link:enter"),),)
    return [turn.reply(text, _ways(turn, others, code) + enter)]


def _ways(turn: Turn, channels: Sequence[str], code: str) -> Rows:
    """A button for each channel that opens the bot there with the code, if the link is known."""
    links = ((one, turn.services.invitation(one, f"{joining.LINK}{code}")) for one in channels)
    return tuple(
        (
            Button(
                turn.texts("link-open", channel=turn.texts(f"channel-{one}")), kind="url", url=link
            ),
        )
        for one, link in links
        if link
    )


def fix_home(turn: Turn) -> list[Reply]:
    """Let pushes come to this chat from now on, wherever the person writes."""
    resident = names.person_of(turn)
    here = coming.way_here(turn, resident)
    if not coming.may_be_home(turn, here):
        return page(turn)
    brought = coming.settle(turn, resident, here) if isinstance(here, Account) else []
    resident.home_fixed = len(accounts.of(turn.session, resident.id)) > 1
    return [turn.reply(turn.texts("link-home-set"), menu_rows(turn)), *brought]


def free_home(turn: Turn) -> list[Reply]:
    """Let pushes go to the account that the person wrote from last: that is this one."""
    resident = names.person_of(turn)
    resident.home_fixed = False
    brought = coming.come(turn, resident, coming.way_here(turn, resident))
    return [turn.reply(turn.texts("link-home-free"), menu_rows(turn)), *brought]
