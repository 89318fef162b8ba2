"""Every button of every form and menu can be said: its label, or its number, does what it does.

The forms and menus are those of the program's tables; what is new falls into the walk by itself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.tree_cache import municipality_of
from config.categories import write_tree
from handlers.admin.routing import ADMINS
from handlers.audience import Audience
from handlers.forms.ask import Choice, Confirm
from handlers.residents.routing import RESIDENTS
from handlers.staff.routing import STAFF
from handlers.turn import Work
from storage.messages import Address, ChatMember
from storage.people import accounts, joining, residents
from storage.tables import Resident
from storage.town import municipalities, tree_edits
from storage.town.tree_imports import export_entries
from tests.conversations.accounts import people
from tests.fakes.messenger import Person, Room
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.posters import code_of
from tests.support.towns.staff_room import card_of, change, logged_in, look, planted
from tests.support.towns.town_hall import ADMIN, GROUP, of_the_version_before
from tests.support.towns.twins import Opener, Twins, settled, uploads

BY = pytest.mark.parametrize("by_number", [False, True], ids=["by label", "by number"])

NEW_TOPIC = "{id: y, title: Перила, days: 3}"
FORMER = frozenset({"menu:"})  # buttons that no program of ours shows any more


@pytest.fixture
async def twins(tmp_path: Path) -> AsyncIterator[tuple[Town, Town]]:
    """Two towns that nothing has happened in."""
    async with both(tmp_path) as made:
        yield made


@asynccontextmanager
async def both(folder: Path, **environ: str) -> AsyncIterator[tuple[Town, Town]]:
    for name in ("pressed", "typed"):
        (folder / name).mkdir(parents=True)
    calm = {"MCU_FLOOD_LIMIT": "0", "MCU_WEB_CHAT": "on"} | environ
    async with (
        town(folder / "pressed", environ=calm) as pressed,
        town(folder / "typed", environ=calm) as typed,
    ):
        yield pressed, typed


def in_full(place: Town, audience: Audience[Any]) -> frozenset[str]:
    """The labels of what cannot be undone: a number or a yes is asked about again."""
    return frozenset(
        place.texts(question.send_label)
        for form in audience.forms.values()
        for question in form.questions
        if isinstance(question, Confirm) and not question.by_word
    )


def says(*texts: str) -> Opener:
    async def say(place: Town, person: Person, room: Room) -> None:
        for text in texts:
            place.clock.passes(minutes=1)
            await person.says(text, room=room)

    return say


def on(payload: str) -> Opener:
    """Open what an older button shows."""

    async def press(place: Town, person: Person, room: Room) -> None:
        await place.messenger.press_payload(person, payload, room)

    return press


def missed(audience: Audience[Any], walk: Twins) -> list[str]:
    """What the program's tables have and the walk did not meet."""
    named = {*audience.presses, *audience.verbs, *audience.about, *asked(audience)}
    named -= FORMER
    met = {*walk.covered, *(f"{name.partition('=')[0]}=" for name in walk.covered if "=" in name)}
    return sorted(named - met)


def asked(audience: Audience[Any]) -> set[str]:
    """The questions with options of all its forms."""
    return {
        f"{question.name}="
        for form in audience.forms.values()
        for question in form.questions
        if isinstance(question, Choice | Confirm) and question.asked
    }


@BY
async def test_a_residents(twins: tuple[Town, Town], by_number: bool) -> None:
    for place in twins:
        await code_of(place, code="mirka2")
        await place.consenting()
        await place.consenting("43", "Борис")
        await settled(place)

    async def has_an_answer(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1, state="answered")
        await place.messenger.press_payload(person, f"appeal:{one}", room)

    async def has_filed(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1)
        await place.messenger.press_payload(person, f"appeal:{one}", room)

    async def has_been_asked_twice(place: Town, person: Person, room: Room) -> None:
        await planted(place, 2, state="need_info")
        await person.says("А когда приедете?", room=room)

    async def has_been_told(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1, with_cards=True, account="43")
        maria = place.employee()
        await maria.says("Приедем завтра", reply_to=await card_of(maria, one))
        await settled(place)
        place.clock.passes(minutes=1)
        await person.says("Хорошо, ждём, но крысы уже бегают", room=room)

    async def has_come_by_a_poster(place: Town, person: Person, room: Room) -> None:
        await says(DESCRIPTION)(place, person, room)
        place.clock.passes(minutes=1)
        await place.messenger.scan(person, "p-mirka2")

    async def has_been_joined(place: Town, person: Person, _room: Room) -> None:
        await change(place, lambda work: _parts(work, "45"))
        vera = place.resident("45", "Вера")
        await vera.says(await people.code_of(person))
        asked = await vera.sees("Соединить этот чат")
        await vera.presses(place.texts("link-yes"), on=asked)
        await person.sees("Ваш код ввели")

    async def has_two_accounts(place: Town, person: Person, room: Room) -> None:
        await change(place, _joins)
        await person.says(place.texts("menu-link"), room=room)

    async def has_chosen_one(place: Town, person: Person, room: Room) -> None:
        await change(place, lambda work: _joins(work, chosen=True))
        await person.says(place.texts("menu-link"), room=room)

    walk = Twins(*twins, "42", "Анна", by_number=by_number, in_full=in_full(twins[0], RESIDENTS))
    await walk.walk([has_come_by_a_poster])  # before anything asks about its words
    await walk.walk(
        [
            *(says("/start"), says("/new"), says(DESCRIPTION), says("/my"), has_an_answer),
            *(
                says("/new", DESCRIPTION, "/start"),
                says("/new", DESCRIPTION, "/cancel"),
                says("/my"),
            ),
            *(says("/help"), has_filed, has_been_asked_twice),
            says("/delete_me"),
        ]
    )

    other = replace(walk, account="43", name="Борис")
    await other.walk([has_been_told])
    await other.walk([has_been_joined])
    await other.walk([has_two_accounts, has_chosen_one])

    assert missed(RESIDENTS, walk) == [], " ".join(missed(RESIDENTS, walk))


@BY
async def test_an_employees(twins: tuple[Town, Town], tmp_path: Path, by_number: bool) -> None:
    async def has_a_card(place: Town, _person: Person, _room: Room) -> None:
        await planted(place, 1, with_cards=True)
        await settled(place)

    async def has_asked(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1, state="need_info")
        await person.says(f"/find {one}", room=room)

    async def changes_the_topic(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1)
        await place.messenger.press_payload(person, f"topic:{one}", room)

    async def has_many(place: Town, person: Person, room: Room) -> None:
        await planted(place, 9)
        await person.says("/open", room=room)

    full = in_full(twins[0], STAFF)
    walk = Twins(*twins, "900", "Мария", in_staff_room=True, by_number=by_number, in_full=full)
    await walk.walk(
        [
            *(has_a_card, has_asked, changes_the_topic, has_many),
            *map(says, ("/find яма", "/block 1", "/unblock 1")),
        ]
    )

    async def has_told(place: Town, person: Person, room: Room) -> None:
        (one,) = await planted(place, 1, with_cards=True)
        await settled(place)
        await person.says("Приедем завтра", room=room, reply_to=await card_of(person, one))

    async with both(tmp_path / "patient", MCU_UNDO_SECONDS="60") as patient:
        await replace(walk, pressed=patient[0], typed=patient[1], reading=10).walk([has_told])

    assert missed(STAFF, walk) == [], " ".join(missed(STAFF, walk))


WHERE = pytest.mark.parametrize("in_staff_room", [False, True], ids=["in private", "in the chat"])


@BY
@WHERE
async def test_an_admins(twins: tuple[Town, Town], by_number: bool, in_staff_room: bool) -> None:
    for place in twins:
        await of_the_version_before(place)
        await change(place, _binds)
        await logged_in(place, "Зоя", "Пётр")
        await planted(place, 1, topic_id=1)
        await planted(place, 1, topic_id=2)

    async def imports(place: Town, person: Person, room: Room) -> None:
        tree = await exported(place)
        await person.says("/import", room=room)
        await uploads(
            place, person, room, f"{tree}- {{id: x, title: Мосты, topics: [{NEW_TOPIC}]}}".encode()
        )

    full = in_full(twins[0], ADMINS)
    walk = Twins(*twins, ADMIN, "Ольга", in_staff_room, by_number, full)
    about = [verb for verb in ADMINS.about if verb != "adm:remove"]
    await walk.walk(
        [
            *map(says, ("/admin", "/newcomers", "/sessions", "/poster")),
            *(on(f"{verb}:{node}") for verb in about for node in ("c1", "t1", "c2")),
            imports,
        ]
    )
    await walk.walk([on("adm:remove:t1"), on("adm:remove:t2")])

    assert missed(ADMINS, walk) == [], " ".join(missed(ADMINS, walk))


def _parts(work: Work, account: str) -> None:
    """That account is of a person alone, if it is one at all."""
    found = accounts.find(work.session, "telegram", account)
    person = found and work.session.get(Resident, found.resident_id)
    if found and person and len(accounts.of(work.session, person.id)) > 1:
        joining.part(work.session, person, [found], work.now)


def _joins(work: Work, *, chosen: bool = False) -> None:
    """Boris has another account, if he has not yet, and has chosen one for answers or not."""
    session, town = work.session, work.municipality.id
    boris = residents.find(session, "telegram", "43")
    if boris and len(accounts.of(session, boris.id)) < 2:
        other = residents.find_or_add(session, town, ChatMember("telegram", "46", "46"), work.now)
        joining.absorb(session, boris, other)
    if boris:
        boris.home_fixed = chosen


def _binds(work: Work) -> None:
    """The second category has a chat of its own."""
    there = Address("telegram", GROUP)
    chat = municipalities.ensure_staff_chat(work.session, work.municipality.id, there, main=False)
    tree_edits.categories(work.session, work.municipality)[1].staff_chat_id = chat.id
    tree_edits.touch(work.session, work.municipality)


async def exported(place: Town) -> str:
    """The tree as a file."""
    entries = await look(place, lambda session: export_entries(session, municipality_of(session)))
    return write_tree(entries)
