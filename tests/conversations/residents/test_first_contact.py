"""The first words between a resident and the bot: greeting, consent, menu."""

from pathlib import Path

from sqlalchemy import select

from config.texts import Texts
from storage.tables import Consent
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Upload
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import PHOTO, photos, resident_row

TEXTS = Texts.load()


async def test_the_greeting_says_that_this_is_no_appeal_under_the_law(bor: Town) -> None:
    anna = bor.resident()

    await anna.says("/start")

    greeting = await anna.sees("официальный ответ")
    assert "Городской округ Бор" in greeting.text
    assert not greeting.buttons


async def test_consent_is_a_message_of_its_own_and_kept_with_version_and_time(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")
    asked = await anna.sees("Согласие на обработку")
    before = await resident_row(bor)

    await anna.presses(bor.texts("consent-yes"))

    await anna.sees(bor.texts("menu"))
    assert "официальный ответ" not in asked.text
    assert before is not None
    assert (before.name, before.consent_at) == ("", None)
    row = await resident_row(bor)
    assert row is not None
    assert (row.name, row.consent_version) == ("Анна", bor.texts("consent-version"))
    assert row.consent_at == bor.clock.now
    async with bor.database.begin() as session:
        kept = (await session.scalars(select(Consent))).one()
    assert (kept.action, kept.version, kept.at) == ("given", "2026-11", bor.clock.now)


async def test_who_refuses_is_told_the_formal_ways_and_nothing_is_kept(bor: Town) -> None:
    anna = bor.resident()
    await anna.sends(PHOTO, caption=DESCRIPTION)

    await anna.presses(bor.texts("consent-no"))

    await anna.sees("gosuslugi.ru")
    async with bor.database.begin() as session:
        text = str(
            [
                (await session.execute(select(table))).all()
                for table in Consent.metadata.sorted_tables
                if table.name in {"dialogues", "appeals", "residents", "files"}
            ]
        )
    assert DESCRIPTION not in text
    assert "Анна" not in text
    assert "photo.jpg" not in text


async def test_who_refused_may_change_their_mind(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")
    await anna.presses(bor.texts("consent-no"))
    await anna.sees("Передумаете")

    await anna.says("да")

    await anna.sees(bor.texts("menu"))


async def test_a_refusal_pressed_after_consent_offers_to_delete_the_data(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.presses(bor.texts("consent-no"))

    await anna.sees("Отозвать согласие и удалить")


async def test_what_came_before_consent_goes_on_after_it(bor: Town) -> None:
    anna = bor.resident()
    await anna.sends(PHOTO, caption=DESCRIPTION)
    await anna.sees(bor.texts("consent-kept"))

    await anna.presses(bor.texts("consent-yes"))

    await anna.presses("Ямы и выбоины")
    await anna.says("ул. Мира, 5")
    summary = await anna.sees("Проверьте")
    assert DESCRIPTION in summary.text
    assert "1 файл" in summary.text


async def test_an_album_before_consent_is_answered_once(bor: Town) -> None:
    anna = bor.resident()

    await anna.sends(*photos(4), caption=DESCRIPTION)
    await anna.presses(bor.texts("consent-yes"))
    await anna.sees(bor.texts("ask-topic-suggested"))

    asked = [shown for shown in anna.room.shown if "Согласие на обработку" in shown.text]
    assert len(asked) == 1
    await anna.presses("Ямы и выбоины")
    await anna.says("ул. Мира, 5")
    assert "4 файла" in (await anna.sees("Проверьте")).text


async def test_a_message_edited_before_consent_is_filed_as_edited(bor: Town) -> None:
    anna = bor.resident()
    said = await anna.says("На улице Мира большая ема")
    await anna.sees("Согласны?")
    await bor.messenger.edit_said(anna, anna.room, said, "На улице Мира большая яма")

    await anna.presses(bor.texts("consent-yes"))
    await anna.presses("Ямы и выбоины")
    await anna.says("ул. Мира, 5")

    summary = await anna.sees("Проверьте")
    assert "большая яма" in summary.text
    assert "большая ема" not in summary.text


async def test_a_hello_begins_no_appeal(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("Здравствуйте!")
    await anna.sees("Согласны?")

    await anna.presses(bor.texts("consent-yes"))

    await anna.sees(bor.texts("menu"))
    for word in ("Добрый день", "Спасибо большое!", "Здравствуйте, есть кто-нибудь?", "ок"):
        await anna.says(word)
        await anna.sees(bor.texts("menu"))


async def test_the_menu_is_understood_as_typed(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("Мои сообщения")
    await anna.sees(bor.texts("my-none"))
    await anna.says("помощь")
    shown = await anna.sees("Как это работает")

    assert "gosuslugi.ru" in shown.text
    await anna.says("сообщить")
    await anna.sees(bor.texts("ask-what"))


async def test_an_unknown_command_is_told_so(bor: Town) -> None:
    anna = await bor.consenting()

    await anna.says("/погода")

    shown = await anna.sees(bor.texts("unknown-command"))
    assert shown.button(bor.texts("menu-report"))


async def test_who_blocked_and_came_back_is_written_to_again(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.blocks_bot()
    blocked = await resident_row(bor)

    await bor.messenger.unblock(anna)

    row = await resident_row(bor)
    assert blocked is not None
    assert blocked.blocked_at
    assert row is not None
    assert row.blocked_at is None
    await anna.says("/start")
    await anna.sees(bor.texts("menu"))


async def test_a_file_of_a_forbidden_kind_before_consent_is_refused_after_it(bor: Town) -> None:
    """Nothing is fetched of who has not consented, and a name decides nothing."""
    anna = bor.resident()
    program = b"MZ\x90\0" + b"\0" * 99
    await anna.sends(Upload(program, "virus.exe", "application/octet-stream", "document"))
    await anna.sees(bor.texts("files-added", count=1))

    await anna.presses(bor.texts("consent-yes"))

    told = await anna.sees("Файл «virus.exe» не взяли")
    assert "Сейчас файлов не приложено" in told.text


async def test_after_a_refusal_nothing_more_is_kept(bor: Town) -> None:
    anna = bor.resident()
    await anna.says("/start")
    await anna.presses(bor.texts("consent-no"))

    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("consent-missing"))
    await anna.presses(bor.texts("consent-yes"))

    shown = await anna.sees(bor.texts("menu"))
    assert bor.texts("consent-given") in shown.text


async def test_the_consent_is_read_once_and_then_reminded_of(bor: Town) -> None:
    anna = bor.resident()
    await anna.says(DESCRIPTION)
    await anna.sees(bor.texts("consent-kept"))

    await anna.says("Это у школы, рядом с остановкой")
    await anna.sees(bor.texts("consent-waits"))

    documents = [shown for shown in anna.room.shown if "версия" in shown.text]
    assert len(documents) == 1


async def test_help_in_the_middle_of_a_form_leads_back_to_its_question(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")

    await anna.says("/help")

    shown = await anna.sees("официальный ответ")
    assert bor.texts("ask-what") in shown.text


async def test_the_consent_speaks_of_a_name_only_where_there_is_one(tmp_path: Path) -> None:
    channels = (MemoryMessenger("telegram"), MemoryMessenger("web"))
    async with town(tmp_path, messengers=channels):
        for channel in channels:
            anna = channel.person("42", "Анна")
            await anna.says("/start")
            short = await anna.sees("Согласие на обработку")
            await anna.presses(TEXTS("consent-read"), on=short)
            whole = await anna.sees("Оператор — Городской округ Бор")

            is_named = channel.channel == "telegram"
            assert ("имя" in short.text) is is_named
            assert ("в мессенджере" in whole.text) is is_named
            assert "текст, место и файлы, которые вы пришлёте" in whole.text
            assert "2026-11" in short.text
            assert "2026-11" in whole.text
            await anna.presses(TEXTS("consent-yes"), on=whole)
            await anna.sees(TEXTS("consent-given"))


async def test_the_whole_consent_can_be_read_before_and_after_and_asks_nothing_twice(
    bor: Town,
) -> None:
    anna = bor.resident()
    await anna.says("/start")
    await anna.says(bor.texts("consent-read"))
    before = await anna.sees("Оператор — Городской округ Бор")
    await anna.presses(bor.texts("consent-no"), on=before)
    refused = await anna.sees("Без согласия")
    await anna.presses(bor.texts("consent-read"), on=refused)
    again = await anna.sees("Оператор — Городской округ Бор")
    await anna.presses(bor.texts("consent-yes"), on=again)
    await anna.sees(bor.texts("menu"))

    await anna.presses(bor.texts("consent-read"), on=refused)

    after = await anna.sees("Оператор — Городской округ Бор")
    assert not after.buttons


async def test_the_first_contact_is_short_and_says_what_becomes_of_the_words(bor: Town) -> None:
    """390 by 844 pixels show about 28 lines of 40 letters beside the header and the field."""
    anna = bor.resident()

    await anna.says(DESCRIPTION)

    document = await anna.sees("Согласны?")
    said = [shown for shown in anna.room.shown if not shown.author]
    assert len(said) == 2
    assert said[-1] is document
    assert bor.texts("consent-kept") in said[0].text
    assert bor.texts("text-taken") not in said[0].text
    lines = [line for shown in said for line in shown.text.splitlines()]
    assert sum(1 + len(line) // 40 for line in lines) <= 20
    assert "/" not in document.text


async def test_a_person_learns_the_own_number_in_a_private_chat(tmp_path: Path) -> None:
    async with town(tmp_path) as running:
        await running.resident("42").says("/id")

        await running.resident("42").sees("telegram:42")
