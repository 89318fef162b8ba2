"""Everything that a handler is given: who and when, and the ways to storage, texts and settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from config.settings import Settings
from config.texts import Texts
from handlers.drafts import Dialogue, Long
from handlers.wording.dates import show_date, show_time, show_until
from handlers.wording.topic_suggestions import TopicSuggester
from storage.messages import Address, Button, Event, Reply, Rows, Tone
from storage.tables import Municipality, StaffChat
from storage.town.tree import Tree


@dataclass(frozen=True)
class Services:
    """Things that do not change from event to event. ``bot/assembly.py`` puts them together."""

    settings: Settings
    texts: Texts
    clock: Callable[[], datetime]
    new_key: Callable[[], str]  # 8 letters that no other draft has
    suggester: TopicSuggester
    invitation: Callable[[str, str], str] = lambda _channel, _code: ""  # a link with a code
    is_space_low: Callable[[], bool] = lambda: False  # no room for files: they wait


@dataclass(kw_only=True)
class Work:
    """Something being done for a municipality inside one transaction: by a job, or in a Turn."""

    services: Services
    session: Session
    now: datetime
    municipality: Municipality
    tree: Tree
    said: list[Reply] = field(default_factory=list)

    def say(self, *replies: Reply) -> None:
        """Send ``replies`` if the transaction is committed."""
        self.said += replies

    @property
    def texts(self) -> Texts:
        """The catalogue of what people read."""
        return self.services.texts

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        return self.services.settings

    def date(self, moment: datetime) -> str:
        """A day as people read it, in the municipality's timezone."""
        return show_date(moment, self.now, self.settings, self.texts)

    def time(self, moment: datetime) -> str:
        """A day and time as people read it, in the municipality's timezone."""
        return show_time(moment, self.now, self.settings, self.texts)

    def until(self, moment: datetime) -> str:
        """The day by whose end something is done: «до понедельника, 30 ноября»."""
        return show_until(moment, self.now, self.settings, self.texts)

    @property
    def today(self) -> str:
        """This day in the municipality, for marks that are never shown: ``2026-11-30``."""
        return self.now.astimezone(self.settings.zone).date().isoformat()

    def button(self, text_key: str, press: str, *, tone: Tone = "plain", **args: object) -> Button:
        """A button whose label is a text of the catalogue."""
        return Button(self.texts(text_key, **args), press, tone=tone)


@dataclass(kw_only=True)
class Turn(Work):
    """One event being answered."""

    event: Event
    dialogue: Dialogue
    staff_chat: StaffChat | None = None  # the staff chat that the event comes from
    banned: bool = False  # the staff has banned the person
    consented: bool = True  # else files are noted and not fetched
    continues: Long | None = None  # the message that this one is the next piece of
    kept: Sequence[int] | None = None  # its files, if they were kept when it came and was put by
    handler: str = ""  # which branch of ``dispatch`` answers: in a log line, never a person's word

    @property
    def home(self) -> Address:
        """The chat in which its messages are tied to appeals: of a staff chat its own, in any topic."""
        return self.staff_chat.address if self.staff_chat else self.event.address

    def reply(self, text: str, rows: Rows = ()) -> Reply:
        """A reply to the chat from which the event came."""
        return Reply(to=self.event.address, text=text, rows=rows)
