"""Two towns with the same history: in one a person presses each button, in the other they say it.

A walk opens a screen, acts on a button that nobody has acted on yet, and compares what both people
see. Which buttons there are is read from the screens; what must be among them, from the program.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from config.texts import Texts
from storage.tables import Erasure, OutboxMessage
from tests.fakes.messenger import Person, Room, Shown, ShownButton, Upload
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import look, until

Opener = Callable[[Town, Person, Room], Awaitable[object]]
SAMPLES: dict[str, str] = {
    "place": "ул. Мира, 5",
    "adm_spot": "ул. Мира, 5",
    "adm_days": "7",
    "adm_new_days": "7",
    "adm_emoji": "🌳",
    "adm_new_emoji": "🌳",
    "adm_keywords": "яма, люк",
}
CODED = ("start:", "adm:poster:", "adm:drawposter:", "adm:switchposter:")  # a code follows
WORDS = "Возле дома с весны большая яма"
# Codes differ from town to town.
SECRETS = re.compile(r"\b\d{6,}\b|\b\d{4}( \d{4}){1,2}\b|\bp-[2-9a-z]{6}\b")
# Who types is led back to what they had begun; who presses knows what they leave.
BACK = Texts.load()("draft-back").rstrip(".")
LONGEST = 14  # acts after an opener


@dataclass
class Twins:
    """The same person in both towns, and which buttons they have acted on."""

    pressed: Town
    typed: Town
    account: str
    name: str
    in_staff_room: bool = False
    by_number: bool = False
    in_full: frozenset[str] = frozenset()  # labels whose number does not do
    reading: int = 60  # seconds, before people answer
    covered: set[str] = field(default_factory=set)

    def _here(self, place: Town) -> tuple[Person, Room]:
        if self.in_staff_room:
            return place.employee(self.account, self.name), place.staff_room
        person = place.resident(self.account, self.name)
        return person, person.room

    async def walk(self, openers: Sequence[Opener]) -> None:
        """Open the screens again and again until nothing new is met."""
        before = -1
        while before != len(self.covered):
            before = len(self.covered)
            for opener in openers:
                await self._from(opener)

    async def _from(self, opener: Opener) -> None:
        since = await self._both(opener)
        said: set[str] = set()
        for _ in range(LONGEST):
            shown = self._newest(since)
            if shown is None:
                return
            button = self._choose(shown[0])
            if button is None:
                asked = _asked(shown[0])
                if not asked or asked in said:
                    return
                said.add(asked)
                since = await self._both(_say(asked))
                continue
            self.covered.add(name_of(button))
            since = await self._act(shown, button)

    def _newest(self, since: tuple[int, int]) -> tuple[Shown, Shown] | None:
        """The last message with buttons in both rooms, if it came with the last act."""
        pair = []
        for place, after in zip((self.pressed, self.typed), since, strict=True):
            _, room = self._here(place)
            found = [s for s in _asking(room) if s.seq > after and not s.text.startswith(BACK)]
            if not found:
                return None
            pair.append(max(found, key=lambda one: one.seq))
        return pair[0], pair[1]

    def _choose(self, shown: Shown) -> ShownButton | None:
        """A button that is new; what ends or goes back comes after the others."""
        fresh = [b for b in shown.buttons if b.kind == "press" and name_of(b) not in self.covered]
        if not fresh:
            return self._forward(shown)
        return min(fresh, key=_is_late)

    def _forward(self, shown: Shown) -> ShownButton | None:
        """In a form whose options are all known, the first of them leads on."""
        answers = [b for b in shown.buttons if "=" in b.payload]
        return next((b for b in answers if not b.payload.startswith(("form=", "edit="))), None)

    async def _act(self, pair: tuple[Shown, Shown], button: ShownButton) -> tuple[int, int]:
        label = button.label
        place = [one.payload for one in pair[0].buttons].index(button.payload)

        async def act(town: Town, person: Person, room: Room) -> None:
            if town is self.pressed:
                await person.presses(label, on=_only(pair[0], place), room=room)
                return
            is_card = self.in_staff_room and "=" not in button.payload
            answers = pair[1] if is_card and not button.payload.startswith("adm:") else None
            await person.says(self._words(pair[1], place), room=room, reply_to=answers)

        return await self._both(act, f"{button.payload} «{label}»")

    def _words(self, shown: Shown, place: int) -> str:
        """The label, or its number where options are counted."""
        button = shown.buttons[place]
        is_control = button.payload.startswith(("form=", "edit="))
        counts = "=" in button.payload or not self.in_staff_room
        is_final = button.label in self.in_full
        is_last = shown is max(_asking(self._here(self.typed)[1]), key=lambda one: one.seq)
        if not (self.by_number and is_last and counts) or is_control or is_final:
            return button.label
        numbered = re.match(r"(\d+)\. ", button.label)
        return numbered[1] if numbered else str(place + 1)

    async def _both(self, act: Opener, what: str = "") -> tuple[int, int]:
        """Do it in both towns and compare what is seen of it; where each began."""
        since, seen = [], []
        for place in (self.pressed, self.typed):
            person, room = self._here(place)
            place.clock.passes(seconds=self.reading)
            since.append(place.messenger.next_seq())
            await act(place, person, room)
            await settled(place)
            seen.append(_seen(place, since[-1]))
        if what and seen[0] != seen[1]:
            raise AssertionError(f"{what}:\n  pressed {seen[0]}\n  said    {seen[1]}")
        return since[0], since[1]


def _is_late(button: ShownButton) -> tuple[bool, bool]:
    """Controls come last, and what is for all of a list after what is for one."""
    return button.payload.startswith("form="), button.payload.endswith((":all", ":never"))


def _only(shown: Shown, place: int) -> Shown:
    """The message with that button alone: a label may stand under it twice."""
    return Shown(shown.id, shown.author, shown.text, [shown.buttons[place]])


def _asking(room: Room) -> list[Shown]:
    """The bot's messages with buttons."""
    return [shown for shown in room.shown if not shown.author and shown.buttons]


def _say(asked: str) -> Opener:
    async def say(place: Town, person: Person, room: Room) -> None:
        await person.says(SAMPLES.get(asked, WORDS), room=room)

    return say


def name_of(button: ShownButton) -> str:
    """The button's press without what it is about: ``form=back``, ``category=t``, ``adm:page``."""
    press = button.payload.partition("#")[0]
    question, is_answer, value = press.partition("=")
    if is_answer:
        return f"{question}={value.rstrip('0123456789').partition('.')[0]}"
    is_numbered = press[-1].isdigit() or press.startswith(CODED)
    return press.rpartition(":")[0] if is_numbered and not press.endswith(":") else press


def _asked(shown: Shown) -> str:
    """The question whose buttons these are; empty if they are no form's."""
    for button in shown.buttons:
        if button.payload.startswith("form="):
            return button.payload.partition("#")[0].partition(".")[2]
    return ""


def _seen(place: Town, since: int) -> list[tuple[str, str, list[str]]]:
    """All that the bot has shown or edited since, in every room."""
    return sorted(
        (room.id, SECRETS.sub("…", shown.text), [b.label for b in shown.buttons])
        for room in place.messenger.rooms.values()
        for shown in room.shown
        if not shown.author and shown.seq > since and not shown.text.startswith(BACK)
    )


async def settled(place: Town) -> None:
    """Wait until all that was to be said has been."""
    await place.fetcher.fetch_due()

    async def nothing_waits() -> bool:
        return await look(place, lambda session: _is_quiet(session, place.clock.now))

    await until(nothing_waits)


def _is_quiet(session: Session, now: datetime) -> bool:
    """What waits for its time, so that it can be undone, is no more to be said now."""
    waits = session.query(OutboxMessage.id).filter_by(done_at=None)
    due = waits.filter(OutboxMessage.next_at <= now).first()
    return due is None and session.query(Erasure.id).first() is None


async def uploads(place: Town, person: Person, room: Room, content: bytes) -> None:
    """Send a file of categories."""
    await person.sends(Upload(content, "c.yaml", "application/yaml", "document"), room=room)
    await settled(place)
