"""The accounts of ours that the settings name: noted at a start, and used by all that asks the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import installation
from storage.our_accounts import OurAccounts, in_use, use
from storage.tables import OurAccount

KNOWS_ACCOUNTS = "0017_our_accounts"  # a revision: see storage.migrations


@dataclass(frozen=True, slots=True)
class Change:
    """A change of our account in a channel, from one id to another; ``again``: it was in use before."""

    channel: str
    before: str
    now: str
    again: bool


def take(session: Session, named: Mapping[str, str]) -> list[Change]:
    """Note the accounts that the settings name, by channel, as those in use; return what changed.

    The first account of a channel is the one that everything kept so far belongs to.
    """
    rows = _rows(session)
    changes = []
    for channel, account in named.items():
        there = [row for row in rows if row.channel == channel]
        mine = next((row for row in there if row.account == account), None)
        before = next((row for row in there if row.present), None)
        if mine and mine is before:
            continue
        if before:
            before.present = False
            changes.append(Change(channel, before.account, account, again=mine is not None))
        if mine:
            mine.present = True
        else:
            mine = OurAccount(channel=channel, account=account, number=len(there) + 1, present=True)
            session.add(mine)
            rows.append(mine)
    session.flush()
    if any(row.number > 1 for row in rows):
        _refuse_program_before(session)
    _use(session, rows)
    return changes


def look(session: Session, named: Mapping[str, str]) -> list[Change]:
    """The same of a start to come: nothing is noted, but the tables are asked as then."""
    rows = _rows(session)
    present = {row.channel: row for row in rows if row.present}
    known = {(row.channel, row.account): row for row in rows}
    changes = [
        Change(channel, present[channel].account, account, again=(channel, account) in known)
        for channel, account in named.items()
        if channel in present and present[channel].account != account
    ]
    numbers = {channel: row.number for channel, row in present.items()}
    for change in changes:
        row = known.get((change.channel, change.now))
        of_channel = [one for one in rows if one.channel == change.channel]
        numbers[change.channel] = row.number if row else len(of_channel) + 1
    _use(session, rows, numbers)
    return changes


def _refuse_program_before(session: Session) -> None:
    """Let no program start any more that would take the rows of one account for those of another."""
    if (installation.find(session, installation.OLDEST_PROGRAM) or "") < KNOWS_ACCOUNTS:
        installation.put(session, installation.OLDEST_PROGRAM, KNOWS_ACCOUNTS)
        session.flush()


def had_another_account(session: Session, channel: str) -> bool:
    """Whether there has been another account of ours in the channel."""
    return bool(in_use(session.get_bind().dialect).others(channel))


def _rows(session: Session) -> list[OurAccount]:
    return list(session.scalars(select(OurAccount).order_by(OurAccount.channel, OurAccount.number)))


def _use(
    session: Session, rows: Sequence[OurAccount], numbers: Mapping[str, int] | None = None
) -> None:
    if numbers is None:
        numbers = {row.channel: row.number for row in rows if row.present}
    most = {row.channel: row.number for row in rows}  # the last of a channel has the highest
    use(session.get_bind().dialect, OurAccounts(present=numbers, most=most))
