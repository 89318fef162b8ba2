"""The category tree as a file in the chat."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.examining.turns import Busy
from bot.failures import FileGone
from bot.files.fetching import MOST_ATTEMPTS_WITH_PURPOSE
from config.categories import default_tree, read_tree, write_tree
from config.categories.entries import CategoryEntry
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person, Upload
from tests.support.towns.conversation import Town, town
from tests.support.towns.town_hall import (
    POTHOLES,
    ROADS,
    adds_a_section,
    admin_of,
    category,
    files_the_rest,
    halfway,
    opens,
    topic,
    tree_of,
)


def document(text: str | bytes, name: str = "categories.yaml") -> Upload:
    content = text if isinstance(text, bytes) else text.encode()
    return Upload(content, name, "application/octet-stream", "document")


async def exported(place: Town, admin: Person) -> str:
    """The file that the bot sends to the admin."""
    await admin.says("/export")
    await place.fetcher.fetch_due()
    place.clock.passes(minutes=1)  # what waited for its file is due
    shown = await admin.sees("в одном файле")
    return (await place.store.read(shown.files[0].decode())).decode()


def shuffled(text: str, place: Town) -> str:
    """The tree with a change of every kind: no snow, a new topic, one renamed, one moved, an order."""
    tree = list(read_tree(text.encode(), place.texts))
    roads = write_tree(tree[:1]).replace(POTHOLES, "Ямы")
    new = "    - id: bridges\n      title: Мосты\n      days: 9\n"
    moved = "    - {id: playground, title: Детская и спортивная площадка, days: 10}\n"
    yard = CategoryEntry(
        **{
            **{name: getattr(tree[2], name) for name in CategoryEntry.__slots__},
            "topics": tree[2].topics[1:],
        }
    )
    return roads + new + moved + write_tree([tree[3], yard, *tree[4:]])


async def test_the_exported_file_is_the_tree_and_reads_back(bor: Town) -> None:
    text = await exported(bor, admin_of(bor))

    assert read_tree(text.encode(), bor.texts) == default_tree(bor.texts)


@pytest.mark.parametrize("topics", ["topics: []", "topics:"])
async def test_a_section_without_topics_is_exported_imported_and_warned_about(
    bor: Town, topics: str
) -> None:
    admin = admin_of(bor)
    await adds_a_section(admin, "Парки и скверы")
    text = await exported(bor, admin)
    assert "title: Парки и скверы\n  topics: []\n" in text

    await admin.says("/import")
    await admin.sends(document(text))
    same = await admin.sees("Менять нечего")
    assert "Без тем (1), поэтому жители их не увидят: Парки и скверы" in same.text

    await admin.says("/import")
    await admin.sends(
        document(text.replace("topics: []", topics) + "- {id: x, title: Мосты, topics: []}")
    )
    summary = await admin.sees("ошибок нет")
    assert "Без тем (2), поэтому жители их не увидят: Парки и скверы; Мосты" in summary.text
    await admin.presses("Загрузить")
    await admin.sees("Разделы загружены")


async def test_an_import_shows_what_changes_and_does_it_after_the_word(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    admin = admin_of(bor)
    text = shuffled(await exported(bor, admin), bor)
    before = await tree_of(bor)
    await admin.says("/admin")
    await admin.presses("Загрузить файл")
    await admin.sees("Пришлите файл с разделами")
    await admin.sends(document(text))
    summary = await admin.sees("ошибок нет")
    for words in ("Добавлено (1): Мосты", "Изменено (2): Ямы; Детская", "Убрано (5): Снег"):
        assert words in summary.text
    assert "Меняется порядок" in summary.text
    assert (await tree_of(bor)).categories == before.categories
    await admin.presses("Загрузить")
    await admin.sees("Разделы загружены")

    after = await tree_of(bor)
    assert after.version == before.version + 1
    assert [c.code for c in after.categories if c.offered][:3] == ["roads", "light", "yard"]
    roads = await category(bor, "roads")
    assert [t.code for t in roads.topics][-2:] == ["bridges", "playground"]
    assert not (await topic(bor, "snow_road")).offered
    assert (await bor.appeals())[0].topic.title == "Ямы"
    again = await exported(bor, admin)
    assert read_tree(again.encode(), bor.texts) == read_tree(text.encode(), bor.texts)


async def test_a_removed_topic_tells_how_many_appeals_it_has_and_comes_back(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    admin = admin_of(bor)
    whole = await exported(bor, admin)
    less = write_tree(read_tree(whole.encode(), bor.texts)[1:])
    await admin.says("/import")
    await admin.sends(document(less))
    summary = await admin.sees("Убрано (9): Дороги и тротуары; Ямы")
    assert "1 сообщение: оно останется с прежней темой" in summary.text
    await admin.presses("Загрузить")
    await admin.sees("загружены")
    assert (await topic(bor, "pothole")).removed
    assert (await bor.appeals())[0].topic.title == POTHOLES
    await admin.says("/import")
    await admin.sends(document(whole))
    await admin.presses("Загрузить", on=await admin.sees("Добавлено (9)"))
    await admin.sees("загружены")

    assert (await topic(bor, "pothole")).offered
    assert len(list((await tree_of(bor)).topics())) == 77


async def test_every_mistake_is_told_with_its_line_and_nothing_changes(bor: Town) -> None:
    admin = admin_of(bor)
    text = await exported(bor, admin)
    before = await tree_of(bor)
    await admin.says("/import")
    wrong = text.replace("days: 10", "days: тысяча", 1).replace("title: Светофоры", "titel: Х")
    await admin.sends(document(wrong))
    told = await admin.sees("В файле 3 ошибки, поэтому ничего не изменилось")
    lines = wrong.splitlines()
    days = next(n for n, line in enumerate(lines, 1) if "тысяча" in line)
    titel = next(n for n, line in enumerate(lines, 1) if "titel" in line)
    assert f"Строка {days}: Срок «тысяча» не подходит" in told.text
    assert f"Строка {titel}: Непонятное слово «titel»" in told.text
    await admin.sends(document(text.replace(POTHOLES, "Ямы"), "новый.YML"))
    await admin.presses("Отмена", on=await admin.sees("Изменено (1): Ямы"))
    await admin.sees("ничего не изменилось")

    assert (await tree_of(bor)).categories == before.categories


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "не в той кодировке"),
        (b"", "нет ни одного раздела"),
        (b"\x00" * 100, "непечатаемый знак"),
        (b"[" * 200_000, "вложенных скобок"),
        (b"x" * 300_000, "слишком большой"),
    ],
)
async def test_a_file_that_is_no_tree_is_refused_kindly(
    bor: Town, content: bytes, words: str
) -> None:
    admin = admin_of(bor)
    await admin.says("/import")
    await admin.sends(document(content))

    await admin.sees(words)


async def test_what_is_no_yaml_file_is_not_even_fetched(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/import")
    await admin.says("вот файл")
    await admin.sees("Ждём файл с разделами")
    await admin.sends(Upload(b"photo"))
    await admin.sees("Это не файл с разделами")
    await admin.sends(document("- id: a"), document("- id: b"))
    await admin.sees("Нужен один файл")


async def test_the_same_tree_changes_nothing(bor: Town) -> None:
    admin = admin_of(bor)
    text = await exported(bor, admin)
    await admin.sends(document(text), caption="/import")
    await admin.sees("Менять нечего")

    assert (await tree_of(bor)).version == 2


@pytest.mark.parametrize("text", ["- id: a", "changes", "same"])
async def test_what_is_found_takes_the_place_of_the_word_that_the_file_is_looked_at(
    bor: Town, text: str
) -> None:
    admin = admin_of(bor)
    kept = await exported(bor, admin)
    asked = {"changes": kept.replace(POTHOLES, "Ямы"), "same": kept}.get(text, text)
    await admin.says("/import")

    await admin.sends(document(asked))

    await admin.sees({"changes": "Изменено", "same": "Менять нечего"}.get(text, "Строка 1"))
    looked = bor.texts("admin-import-checking")
    await bor.messenger.until_room(
        lambda: not any(looked in shown.text for shown in admin.room.shown), 20
    )


async def test_an_import_given_up_while_the_file_is_fetched_is_forgotten(bor: Town) -> None:
    admin = admin_of(bor)
    await admin.says("/import")
    await admin.sends(document("- id: a"))
    await admin.says("/cancel")
    await admin.sees("ничего не изменилось")
    await admin.says("/admin")
    await admin.sees("16 разделов")
    await asyncio.sleep(0)

    assert len((await tree_of(bor)).categories) == 16


async def test_a_tree_changed_since_the_summary_is_looked_at_again(bor: Town) -> None:
    admin = admin_of(bor)
    text = (await exported(bor, admin)).replace(POTHOLES, "Ямы")
    await admin.says("/import")
    await admin.sends(document(text))
    summary = await admin.sees("Изменено (1): Ямы")
    colleague = bor.employee("7", "Ольга")
    await opens(colleague, ROADS)
    await colleague.presses("Значок")
    await colleague.says("🚧")
    await colleague.sees("→ 🚧")
    await admin.presses("Загрузить", on=summary)
    again = await admin.sees("Пока вы смотрели, разделы изменил кто-то ещё")
    assert "Изменено (2): Дороги и тротуары; Ямы" in again.text
    await admin.presses("Загрузить", on=again)
    await admin.sees("загружены")

    assert (await category(bor, "roads")).emoji == "🛣"


async def test_a_half_filled_draft_survives_an_import(bor: Town) -> None:
    anna = await halfway(bor)
    admin = admin_of(bor)
    text = (await exported(bor, admin)).replace(POTHOLES, "Ямы")
    await admin.says("/import")
    await admin.sends(document(text))
    await admin.presses("Загрузить", on=await admin.sees("Изменено"))
    await admin.sees("загружены")
    await files_the_rest(bor, anna)

    assert (await bor.appeals())[0].topic.title == "Ямы"


class Forgetful(MemoryMessenger):
    """A messenger that gives no file."""

    async def fetch(self, ref: str) -> AsyncIterator[bytes]:
        raise FileGone(ref)
        yield b""


async def test_a_file_that_the_messenger_lost_is_asked_for_again(tmp_path: Path) -> None:
    async with town(tmp_path, messengers=(Forgetful(),)) as other:
        admin = admin_of(other)
        await admin.says("/import")
        await admin.sends(document("- id: a"))

        await admin.sees("Не получилось забрать файл")


async def test_an_import_works_in_every_channel(tmp_path: Path) -> None:
    vk = MemoryMessenger("vk")
    async with town(
        tmp_path,
        messengers=(vk,),
        environ={"MCU_ADMINS": "vk:7", "MCU_STAFF_CHAT": "vk:2000000001"},
    ) as other:
        admin = admin_of(other)
        text = (await exported(other, admin)).replace(POTHOLES, "Ямы")
        await admin.says("/import")
        await admin.sends(document(text))
        await admin.presses("Загрузить", on=await admin.sees("Изменено"))
        await admin.sees("загружены")

        assert (await topic(other, "pothole")).title == "Ямы"


async def test_a_file_that_has_to_wait_for_others_loses_no_try(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's many files are before it: the admin need not send it again."""
    admin = admin_of(bor)
    text = await exported(bor, admin)
    read, times = bor.examiner.read_tree, 2 * MOST_ATTEMPTS_WITH_PURPOSE

    async def busy(*given: Any) -> Any:
        nonlocal times
        times -= 1
        if times > 0:
            raise Busy("full")
        return await read(*given)

    monkeypatch.setattr(bor.examiner, "read_tree", busy)
    await admin.says("/admin")
    await admin.presses("Загрузить файл")
    await admin.sees("Пришлите файл с разделами")
    await admin.sends(document(text))
    while times > 0:
        await bor.fetcher.fetch_due()
        bor.clock.passes(minutes=2)

    await admin.sees("Файл совпадает")
