"""Admission before any transaction: of nobody who is banned, and of nobody's flood."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.inbox.flood import MOST_BUCKETS, Flood, Verdict
from bot.inbox.staff_chats import Rooms
from bot.recent import Recent
from handlers.residents.routing import asks_for_help, may_take_data_away
from handlers.rights import STAFF_TIMES, is_admin
from handlers.turn import Services
from storage.messages import Address, Event
from storage.people import bans
from storage.tables import Municipality
from storage.town import municipalities

LEARN_EVERY = timedelta(seconds=10)  # what another replica banned is known here
ASK_EVERY = timedelta(days=1)  # the banned are told of the ban when they ask


class Admission:
    """Bans and staff chats in memory, and the amount that everybody has sent."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._services = services
        self._rooms = rooms
        self._flood = Flood(services.settings.flood_limit, services.clock)
        self._salt = 0
        self._banned: frozenset[str] = frozenset()
        self._staff = municipalities.StaffAddresses()
        self._learned: datetime | None = None
        self._asked: Recent[str, tuple[datetime, str]] = Recent(MOST_BUCKETS)

    def verdict(self, event: Event) -> Verdict:
        """Whether to take the event. Of a ban that is not known for sure the handlers decide."""
        if event.change in {"moved", "by_hand"}:
            return "take"
        if self._knows() and self.is_banned(event) and not self._may_ask(event):
            return "drop"
        chat = event.address
        if event.change in {"left", "sees", "blind"} and chat in self._staff:
            return "take"  # whatever else that person sent: it is about the chat, and told once
        known = (chat.channel, event.id)
        if event.private:
            account = (chat.channel, event.person.account)
            times = STAFF_TIMES if self._is_admin(event) else 1
            return self._flood.verdict(account, known, times=times)
        if not self._learned or chat in self._staff:
            # Anonymous administrators have one account together, and their titles to tell them by.
            who = (event.member.of_group, event.person.name if event.is_of_group else "")
            return self._flood.verdict(who, known, times=STAFF_TIMES)
        verdict = self._flood.verdict(chat.group, known)
        return "drop" if verdict == "tell" else verdict  # strangers' groups are not talked to

    def is_banned(self, event: Event) -> bool:
        """Whether the person may not write, as far as is known. An admin always may."""
        if not self._banned or not event.private or self._is_admin(event):
            return False
        return self._mark(event) in self._banned

    def _mark(self, event: Event) -> str:
        return bans.mark_of(self._salt, event.person.channel, event.person.account)

    def _may_ask(self, event: Event) -> bool:
        """Of the banned: take the data away, and once a day ask why the bot is silent."""
        if may_take_data_away(event):
            return True
        if not asks_for_help(event):
            return False
        mark, now = self._mark(event), self._services.clock()
        at, known = self._asked.get(mark, (None, ""))
        if at and timedelta(0) <= now - at < ASK_EVERY:
            return known == event.id  # the messenger brings again what was not kept
        self._asked.note(mark, (now, event.id))
        return True

    def is_staff_chat(self, chat: Address) -> bool | None:
        """Whether it is one, or a topic of its group; None: not known just now, ``learn`` is to be called."""
        return chat in self._staff if self._knows() else None

    def learn(self, session: Session, municipality: Municipality) -> None:
        """Read it again: it may have changed."""
        if not self._knows():
            self._salt = municipality.delivery_salt
            self._banned = bans.marks(session, municipality.id)
            self._staff = municipalities.staff_addresses(session)
            self._rooms.learn(session)
            self._learned = self._services.clock()

    def forget(self) -> None:
        """It may have changed just now."""
        if self._learned:
            self._learned -= LEARN_EVERY

    def _knows(self) -> bool:
        if self._learned is None:
            return False
        return timedelta(0) <= self._services.clock() - self._learned < LEARN_EVERY

    def _is_admin(self, event: Event) -> bool:
        person = event.person
        return is_admin(self._services.settings, person.channel, person.account)
