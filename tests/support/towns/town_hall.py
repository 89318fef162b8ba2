"""What a test of the admin's side needs: the admin, ways to a page, the tree as it stands."""

import re

from sqlalchemy.orm import Session

from config.categories.new_words import new_words
from storage.tables import Category, Municipality, Topic
from storage.town import tree_edits
from storage.town.municipalities import the_one
from storage.town.tree import CategoryNode, TopicNode, Tree, load_tree
from tests.fakes.messenger import Person, Room
from tests.support.towns.conversation import DESCRIPTION, Town

ADMIN = "7"
GROUP = "-200600"  # where another staff chat may be
ROADS, POTHOLES = "Дороги и тротуары", "Ямы и выбоины на дороге"


def admin_of(town: Town) -> Person:
    return town.resident(ADMIN, "Ольга")


async def tree_of(town: Town) -> Tree:
    """The tree as the tables have it."""
    async with town.database.begin() as session:
        municipality = await session.run_sync(the_one)
        assert municipality
        return await session.run_sync(lambda s: load_tree(s, municipality))


async def category(town: Town, code: str) -> CategoryNode:
    return next(c for c in (await tree_of(town)).categories if c.code == code)


async def topic(town: Town, code: str) -> TopicNode:
    return next(t for t in (await tree_of(town)).topics() if t.code == code)


async def opens(admin: Person, *titles: str, room: Room | None = None) -> None:
    """Go from the menu to a category, or on to a topic of it."""
    await admin.says("/admin", room=room)
    await admin.presses("Разделы", room=room)
    await admin.sees("страница 1", room=room)
    await admin.presses(titles[0], room=room)
    await admin.sees("Отдел: ", room=room)
    for title in titles[1:]:
        await admin.presses("Темы", room=room)
        await admin.sees("Темы раздела", room=room)
        await admin.presses(title, room=room)
        await admin.sees("Раздел: ", room=room)


async def presses_more(admin: Person, label: str) -> None:
    """Press a button behind "more" of the page that is shown."""
    await admin.presses("Ещё…")
    await admin.presses(label, on=await admin.sees("что сделать?"))


async def adds_a_section(admin: Person, title: str) -> None:
    """Add a category without emoji, department and topics."""
    await admin.says("/admin")
    await admin.presses("Новый раздел")
    await admin.says(title)
    await admin.presses("Без значка")
    await admin.presses("Не указывать")
    await admin.sees("добавлен")


async def removes(admin: Person, *titles: str) -> None:
    """Press "remove" on the page of a category or topic."""
    await opens(admin, *titles)
    await presses_more(admin, "Убрать совсем")


async def halfway(town: Town, account: str = "42") -> Person:
    """A resident who has chosen a topic and is asked for the place."""
    anna = await town.consenting(account)
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.presses(POTHOLES)
    await anna.sees(town.texts("ask-place").splitlines()[0])
    return anna


async def files_the_rest(town: Town, anna: Person) -> None:
    await anna.says("ул. Мира, 5")
    await anna.presses(town.texts("form-send"))
    await anna.sees("МЦУ-26-")


def group_of(place: Town) -> Room:
    return place.messenger.room(GROUP)


async def code_for(admin: Person, title: str) -> str:
    """A code from the page of that category."""
    await opens(admin, title)
    await presses_more(admin, "Отдельный служебный чат")
    shown = await admin.sees("/bind ")
    found = re.search(r"/bind (\d{6})\b", shown.text)
    assert found
    return found[1]


async def of_the_version_before(town: Town) -> None:
    """The tree without the new words, with a word of the town's own, and a settled mark unset."""

    def work(session: Session) -> None:
        municipality = the_one(session)
        assert isinstance(municipality, Municipality)
        municipality.words_told = municipality.words_settled = 0
        offered = new_words().after(0)
        for row in tree_edits.categories(session, municipality):
            nodes: list[tuple[str, Category | Topic]] = [
                (row.code, row),
                *((f"{row.code}/{t.code}", t) for t in row.topics),
            ]
            for code, node in nodes:
                node.keywords = [w for w in node.keywords if w not in offered.get(code, ())]
            for one in row.topics:
                if one.code == "pothole":
                    one.keywords = ["наша яма", *one.keywords]
        tree_edits.touch(session, municipality)

    async with town.database.begin() as session:
        await session.run_sync(work)
