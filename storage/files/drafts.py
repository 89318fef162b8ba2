"""Files in unfinished forms, as the table of dialogues has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storage.database.in_lists import is_one_of, keys_as
from storage.our_accounts import in_use
from storage.tables import Account, Dialogue, KeptFile


def in_drafts(session: Session, rows: Sequence[KeptFile]) -> set[int]:
    """The ids of those files that somebody is about to send: a draft may be older than a month."""
    ours = in_use(session.get_bind().dialect)
    owners = {(name, row.account) for row in rows for name in ours.all_of(row.channel)}
    if not owners:
        return set()
    dialect = session.get_bind().dialect.name
    # What was begun may have come along to another account of the same person.
    theirs, others = aliased(Account), aliased(Account)
    is_owner = is_one_of("owners", dialect, theirs.channel, theirs.account)
    same = select(others.channel, others.account).join(
        theirs, theirs.resident_id == others.resident_id
    )
    joined = session.execute(same.where(is_owner), keys_as("owners", dialect, owners))
    owners |= {(name, account) for channel, account in joined for name in ours.all_of(channel)}
    in_theirs = is_one_of("owners", dialect, Dialogue.channel, Dialogue.account)
    found: set[int] = set()
    query = select(Dialogue.drafts).where(in_theirs)
    for drafts in session.scalars(query, keys_as("owners", dialect, owners)):
        found.update(ids_in(drafts))
    return found & {row.id for row in rows}


def ids_in(drafts: Sequence[Mapping[str, Any]]) -> set[int]:
    """The ids of files in drafts as the table has them, those to be restored after an edit too."""
    found: set[int] = set()
    for draft in drafts:
        for answers in (draft.get("answers", {}), draft.get("notes", {}).get("before", {})):
            for answer in answers.values():
                if isinstance(answer, list):
                    found.update(one for one in answer if isinstance(one, int))
    return found


def without(draft: Mapping[str, Any], file_id: int) -> dict[str, Any]:
    """A draft as the table has it, without that file."""
    answers = _without(draft.get("answers", {}), file_id)
    notes = dict(draft.get("notes", {}))
    if "before" in notes:
        notes["before"] = _without(notes["before"], file_id)
    return {**draft, "answers": answers, "notes": notes}


def _without(answers: Mapping[str, Any], file_id: int) -> dict[str, Any]:
    return {
        name: [one for one in answer if one != file_id] if isinstance(answer, list) else answer
        for name, answer in answers.items()
    }
