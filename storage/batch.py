"""The shared reading and writing of all events of one transaction.

Dialogues and outbox messages wait here until ``write``. A statement of a handler about one of
their tables writes them before it runs, so each event finds what those before it left. So does any
statement with what waits in ``storage.database.deferred``: the words, history and ties of new appeals.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from storage import appeals
from storage.appeals import filing
from storage.database import deferred
from storage.inbox import events
from storage.messages import ChatMember, Reply
from storage.outbox import posting
from storage.people import dialogues, residents
from storage.tables import Dialogue, OutboxMessage


class Batch:
    """The shared reading and writing of a transaction's events."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._replies: list[Reply] = []
        self._stored: dict[ChatMember, list[Any]] = {}  # as the table has them, empty: no row
        self._changed: dict[ChatMember, list[Any]] = {}
        event.listen(session, "do_orm_execute", self._before)
        deferred.start(session)

    def take_new(self, ids: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those events (channel, id) that nobody has dealt with; from now on they are."""
        return events.take_new(self._session, ids, self._now)

    def read(self, members: Collection[ChatMember], *, residents_alone: bool) -> None:
        """All that these people's events will ask: dialogues (locked), residents, open questions.

        ``residents_alone``: no employee is among them, who might ask something meanwhile.
        """
        self._stored |= dialogues.read(self._session, members)
        known = residents.read(self._session, members)
        if residents_alone:
            appeals.read_awaiting(self._session, known)

    def read_filing(self, drafts: Mapping[str, ChatMember], most: int) -> None:
        """Read, after ``read``, all that will be asked when these drafts are filed, each by its person.

        ``most``: appeals that a resident may file in some time.
        """
        people = set(drafts.values())
        found = [residents.find(self._session, one.channel, one.account) for one in people]
        filing.read(self._session, drafts, [one.id for one in found if one], most)

    def drafts(self, member: ChatMember) -> list[Any]:
        """Everything that the person is in the middle of."""
        if (changed := self._changed.get(member)) is not None:
            return changed
        if member not in self._stored:
            self._stored |= dialogues.read(self._session, [member])
        return self._stored[member]

    def keep(self, member: ChatMember, drafts: list[Any]) -> None:
        """Keep what the person is in the middle of now."""
        if member not in self._stored:  # somebody changed the table meanwhile
            self._stored |= dialogues.read(self._session, [member])
        self._changed[member] = drafts

    def put(self, replies: Sequence[Reply]) -> None:
        """Add ``replies`` to the outbox."""
        self._replies += replies

    def write(self) -> None:
        """Everything that waits here, and what the session has."""
        replies, self._replies = self._replies, []
        changed, self._changed = self._changed, {}
        self._session.flush()
        deferred.write(self._session)
        posting.put(self._session, replies, self._now)
        dialogues.write(self._session, self._stored, changed, self._now)
        self._stored |= changed

    def _before(self, state: ORMExecuteState) -> None:
        deferred.write(self._session)
        mapper = state.bind_mapper
        if mapper is None or mapper.class_ not in (OutboxMessage, Dialogue):
            return
        if self._replies or self._changed:
            self.write()
        if mapper.class_ is Dialogue:
            self._stored.clear()
