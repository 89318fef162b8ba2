"""Unfinished forms of people."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.database.in_lists import is_one_of, keys_as
from storage.messages import Address, ChatMember
from storage.our_accounts import in_use
from storage.tables import Dialogue, in_chat, in_group

NAMES = ("channel", "chat", "account")
key_of = attrgetter(*NAMES)
TABLE = cast("Table", Dialogue.__table__)
HERE = and_(*(TABLE.c[name] == bindparam(f"at_{name}") for name in NAMES))
ADD, KEEP, DROP = insert(TABLE), update(TABLE).where(HERE), delete(TABLE).where(HERE)


def read(session: Session, members: Collection[ChatMember]) -> dict[ChatMember, list[Any]]:
    """The drafts of each, empty if there is no row; rows locked until the end of the transaction.

    In the order of their keys, so that two transactions do not wait for each other.
    """
    found: dict[ChatMember, list[Any]] = {member: [] for member in members}
    dialect = session.get_bind().dialect.name
    keys = keys_as("keys", dialect, [key_of(member) for member in found])
    for channel, chat, account, drafts in session.connection().execute(_locked(dialect), keys):
        found[ChatMember(channel, chat, account)] = drafts
    return found


@cache
def _locked(dialect: str) -> Select[Any]:
    key = (TABLE.c.channel, TABLE.c.chat, TABLE.c.account)
    these = select(*key, TABLE.c.drafts).where(is_one_of("keys", dialect, *key))
    return these.order_by(*key).with_for_update()


def write(
    session: Session,
    stored: Mapping[ChatMember, list[Any]],
    changed: Mapping[ChatMember, list[Any]],
    now: datetime,
) -> None:
    """Keep the drafts that were changed since ``read``; no row if there are none."""
    added, kept, dropped = [], [], []
    for member, drafts in changed.items():
        key = key_of(member)
        row = dict(zip(("at_channel", "at_chat", "at_account"), key, strict=True))
        if drafts and not stored[member]:
            added.append(
                {**dict(zip(NAMES, key, strict=True)), "drafts": drafts, "updated_at": now}
            )
        elif drafts:
            kept.append({**row, "drafts": drafts, "updated_at": now})
        elif stored[member]:
            dropped.append(row)
    connection = session.connection()
    for statement, rows in ((ADD, added), (KEEP, kept), (DROP, dropped)):
        if rows:
            connection.execute(statement, rows)


def load(session: Session, member: ChatMember) -> Dialogue | None:
    """The row, locked until the end of the transaction."""
    return session.get(Dialogue, key_of(member), with_for_update=True)


def load_free(session: Session, member: ChatMember) -> Dialogue | None:
    """The same; None also if another transaction has it: two that wait for each other help nobody."""
    return session.get(Dialogue, key_of(member), with_for_update={"skip_locked": True})


def keep(session: Session, row: Dialogue, drafts: list[Any], now: datetime) -> None:
    """Keep in a row what is left of its drafts."""
    if drafts:
        row.drafts, row.updated_at = drafts, now
    else:
        session.delete(row)
    session.flush()


def save(session: Session, member: ChatMember, drafts: list[Any], now: datetime) -> None:
    """Keep the drafts; no row if there are none."""
    row = session.get(Dialogue, key_of(member))
    if row is None:
        if drafts:
            session.add(
                Dialogue(
                    channel=member.channel,
                    chat=member.chat,
                    account=member.account,
                    drafts=drafts,
                    updated_at=now,
                )
            )
    elif not drafts:
        session.delete(row)
    else:
        row.drafts = drafts
        row.updated_at = now


def in_one(session: Session, chat: Address) -> list[tuple[str, list[Any]]]:
    """Everything that people are in the middle of in a chat: each account with its drafts."""
    query = select(Dialogue.account, Dialogue.drafts).where(in_chat(Dialogue, chat))
    return [(account, drafts) for account, drafts in session.execute(query)]


def take_away(session: Session, chat: Address, account: str) -> list[Any]:
    """The drafts of an account in a chat, which are there no more."""
    row = session.get(Dialogue, (chat.channel, chat.chat, account), with_for_update=True)
    if row is None:
        return []
    session.delete(row)
    session.flush()
    return row.drafts


def untouched_since(session: Session, before: datetime, limit: int) -> list[Dialogue]:
    """Dialogues that nobody touched since that time."""
    return list(session.scalars(select(Dialogue).where(Dialogue.updated_at < before).limit(limit)))


def forget_account(session: Session, channel: str, account: str) -> None:
    """Delete all dialogues of an account, also those with an account of ours that is not in use."""
    names = in_use(session.get_bind().dialect).all_of(channel)
    session.execute(
        delete(Dialogue).where(Dialogue.channel.in_(names), Dialogue.account == account)
    )


def drop_about(session: Session, chats: Collection[Address], appeals: Collection[int]) -> None:
    """Drop what somebody began in these chats, or in a topic of their groups, about these appeals: it may hold their words."""
    groups = sorted({chat.group for chat in chats})
    if not groups:
        return
    there = select(Dialogue).where(or_(*(in_group(Dialogue, group) for group in groups)))
    for row in session.scalars(there.with_for_update()):
        kept = [draft for draft in row.drafts if draft.get("subject") not in appeals]
        if len(kept) < len(row.drafts):
            row.drafts = kept
