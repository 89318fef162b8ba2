"""Finding appeals in the staff chat, and a second staff chat that sees its own alone."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.channels.web.events import WEB_LIMITS
from handlers.admin.routing import ADMINS
from handlers.turn import Work
from storage.messages import Address
from storage.tables import Category, Topic
from storage.town import municipalities
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person, Room, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import Town, town
from tests.support.towns.staff_room import appeal, asks_for_help, card_of, change, planted, said
from tests.support.towns.town_hall import ADMIN

PHOTO = Upload(picture())
OTHER_ROOM = "-200200"


async def labels(employee: Person, command: str, words: str) -> list[str]:
    """The buttons of what a command shows."""
    await employee.says(command)
    return [button.label for button in (await employee.sees(words)).buttons]


async def test_an_appeal_is_found_by_number_part_of_it_and_words_in_any_case(bor: Town) -> None:
    await planted(bor, 11)
    await planted(bor, text="Ёлка упала")
    maria = bor.employee()
    for query in (
        "МЦУ-26-000012",
        "мцу-26-000012",
        "000012",
        "МЦУ–26–000012",
        "мцу 26 000012",
        "мцу\u00a026\u00a0000012",
        "MCU-26-12",
        "26000012",
        "№ МЦУ-26-000012",
        "ЁЛКА",
        "елка упала",
        "упала Ёлка",
        "ёлку",
    ):
        await maria.says(f"/find {query}")
        assert "Ёлка упала" in (await maria.sees("МЦУ-26-000012 ·")).text


async def test_what_looks_like_a_pattern_is_taken_literally(bor: Town) -> None:
    await planted(bor, 2)
    maria = bor.employee()
    for query in ("%", "_", "МЦУ%12", "\\", "'", "<b>"):
        await maria.says(f"/find {query}")
        await maria.sees(f"«{query}» ничего не нашли")


async def test_a_search_with_many_finds_shows_the_last_and_says_so(bor: Town) -> None:
    await planted(bor, 9)
    maria = bor.employee()

    found = await labels(maria, "/find рынком", "нашли много")

    assert len(found) == 8
    assert "№9 " in found[0]
    assert len(await labels(maria, "/find 00000", "нашли много")) == 8
    await maria.says("/find")
    await maria.sees("номер или слова")
    await maria.says("/find\nрынком")
    await maria.sees("нашли много")


async def test_a_found_appeal_gets_a_card_that_is_edited_from_now_on(bor: Town) -> None:
    await planted(bor, 2, with_cards=True)
    maria = bor.employee()
    first = await card_of(maria, 1)
    await maria.says("/find рынком")
    await maria.presses("№1 ", on=await maria.sees("Нашли 2"))
    anew = await maria.sees("МЦУ-26-000001 ·")
    assert anew.id != first.id

    await maria.presses("Взять", on=anew)

    shown = await maria.waits_for(maria.room, lambda s: s.id == anew.id and "в работе" in s.text)
    assert (shown.edits, first.edits) == (1, 0)


async def test_open_appeals_are_paged_with_the_overdue_first(bor: Town) -> None:
    await planted(bor, 8)
    await planted(bor, 2, deadline_at=bor.clock() - timedelta(days=1))
    await planted(bor, state="need_info", deadline_at=bor.clock() - timedelta(days=2))
    for state in ("answered", "declined", "closed", "withdrawn"):
        await planted(bor, state=state)
    maria = bor.employee()

    await maria.says("/open")
    page = await maria.sees("Открыто: 11, просрочено: 2. Страница 1 из 2.")
    marks = [b.label[0] for b in page.buttons]
    assert marks[:4] == ["🟠", "🔴", "🔴", "🟡"]
    assert "🟠 ждём уточнения, 🟡 принято, 🔴 срок прошёл" in page.text
    await maria.presses("Дальше", on=page)
    second = await maria.sees("Страница 2 из 2")

    assert len(second.buttons) == 4
    for forged in ("open:0", "open:99", "open:x"):
        await bor.messenger.press_payload(maria, forged)
        await maria.sees("Страница")


async def test_a_line_tells_number_topic_place_and_deadline(bor: Town) -> None:
    await planted(bor, place_text="возле Пятёрочки на улице Ленина")
    await planted(bor, place_text="", text="Не вывозят мусор")
    maria = bor.employee()

    lines = (await labels(maria, "/open", "Открыто: 2"))[:2]

    assert lines == [
        "🟡 №1 Ямы и вы…, возле Пятёрочк… · 11.12",
        "🟡 №2 Не вывозят мусор · 11.12",
    ]


async def test_a_line_names_who_has_it(bor: Town) -> None:
    await planted(bor, with_cards=True, place_text="Мира, 5")
    maria = bor.employee()
    await maria.presses("Взять", on=await card_of(maria))
    await maria.sees("в работе")

    [line] = await labels(maria, "/open", "Открыто: 1")

    assert line == "🔵 №1 Ямы и вы…, Мира, 5 · 11.12 · Мария"


async def test_an_exact_number_opens_at_once_however_many_have_it_in_them(bor: Town) -> None:
    await planted(bor, 30, place_text="ул. Мира, 12")
    maria = bor.employee()

    for query in ("12", "000012", "№12"):
        await maria.says(f"/find {query}")
        await maria.sees("МЦУ-26-000012 ·")

    assert said(maria, "нашли") == []


async def test_on_the_site_a_page_has_twenty_lines_in_full(tmp_path: Path) -> None:
    on_site = MemoryMessenger("web", WEB_LIMITS)
    staff = {"MCU_STAFF_CHAT": "web:staff"}
    async with town(tmp_path, messengers=(on_site,), environ=staff) as desk:
        await planted(desk, 30, channel="web", place_text="возле Пятёрочки")
        olga = Person(on_site, "900", "Ольга", on_site.room("staff"))
        lines = await labels(olga, "/open", "Открыто: 30")

        assert len(lines) == 21
        assert lines[0] == (
            "🟡 №1 · Ямы и выбоины на дороге, возле Пятёрочки · принято · до 11 декабря"
        )


async def test_commands_are_known_and_unknown(bor: Town) -> None:
    maria = bor.employee()
    await maria.says("/open")
    await maria.sees("Открытых сообщений нет")
    await asks_for_help(maria)
    await maria.says("/START")
    await maria.sees("Прежде чем отправить")
    await maria.says("/нечто")
    await maria.sees("Такой команды здесь нет. Все команды — /help")
    await maria.says("/id")
    await maria.sees("telegram:-100500")


async def test_help_tells_an_admin_of_the_commands_of_admins(bor: Town) -> None:
    maria, olga = bor.employee(), bor.employee(ADMIN, "Ольга")
    await maria.says("/help")
    assert "/sessions" not in (await maria.sees("Прежде чем отправить")).text

    await olga.says("/help")

    shown = (await olga.sees("Вам как администратору")).text
    assert [command for command in ADMINS.commands if command not in shown] == []


async def bound(place: Town) -> tuple[Room, Topic]:
    """A second staff chat for another category, and a topic of it."""
    topics: list[Topic] = []

    def work(task: Work) -> None:
        chat = municipalities.ensure_staff_chat(
            task.session, task.municipality.id, Address("telegram", OTHER_ROOM), main=False
        )
        category = task.session.scalar(select(Category).where(Category.title.contains("освещение")))
        assert category
        category.staff_chat_id = chat.id
        task.municipality.tree_version += 1
        topics.append(category.topics[0])

    await change(place, work)
    return place.messenger.room(OTHER_ROOM), topics[0]


async def test_a_second_staff_chat_sees_only_its_own(bor: Town) -> None:
    room, topic = await bound(bor)
    await planted(bor, 2)
    olga = bor.employee("902", "Ольга")
    olga.room = room
    chat = await _chat_id(bor)
    await planted(bor, with_cards=True, topic_id=topic.id, staff_chat_id=chat)

    await card_of(olga, 3)
    assert len(await labels(olga, "/open", "Открыто: 1")) == 1
    await olga.says("/find 000001")
    await olga.sees("ничего не нашли")
    for action in ("take", "show", "history", "topic"):
        await bor.messenger.press_payload(olga, f"{action}:1", room)
        await olga.sees("уже не действует")
    assert (await appeal(bor)).state == "new"
    await labels(bor.employee(), "/open", "Открыто: 3")


async def _chat_id(place: Town) -> int:
    ids: list[int] = []

    def work(task: Work) -> None:
        found = municipalities.staff_chat_at(task.session, Address("telegram", OTHER_ROOM))
        assert found
        ids.append(found.id)

    await change(place, work)
    return ids[0]


async def test_a_topic_of_another_chat_takes_the_card_and_its_files_there(bor: Town) -> None:
    room, topic = await bound(bor)
    anna = await bor.consenting()
    await bor.filed(anna)
    await anna.sends(PHOTO, reply_to=await anna.sees("МЦУ-26-000001"))
    maria = bor.employee()
    card = await card_of(maria)
    await maria.presses("Тема", on=card)
    await maria.presses("Все темы", on=await maria.sees("Похоже на эти темы"))
    await maria.presses("Уличное освещение", on=await maria.sees("В какой раздел"))
    offered = await maria.waits_for(
        maria.room, lambda s: any(topic.title in b.label for b in s.buttons)
    )
    await maria.presses(topic.title, on=offered)

    await maria.waits_for(
        maria.room, lambda s: s.id == card.id and "другой служебный чат" in s.text
    )
    assert card.buttons == []
    olga = bor.employee("902", "Ольга")
    olga.room = room
    await card_of(olga)
    await olga.presses("Взять")
    await anna.sees("взяли в работу")
    assert said(olga, topic.title)
