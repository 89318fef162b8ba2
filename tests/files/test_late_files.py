"""Files that come after their message, or never: sent after it, told to who sent them, counted right."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.failures import FileGone, RetryLater
from bot.files.fetching import MOST_ATTEMPTS
from handlers.turn import Work
from storage.tables import KeptFile, OutboxMessage
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.messenger import Person, Shown, Upload
from tests.support.pictures import picture
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import (
    answerable,
    card_of,
    card_says,
    change,
    look,
    planted,
    until,
)

JPEG = picture()
AGAIN = picture(shade=40)
NUMBER = "МЦУ-26-000001"
TRIES = 6  # in the first ten minutes and after: two seconds, doubled


async def asked(place: Town, vk: FailingMessenger) -> tuple[Person, Person, Shown]:
    """A resident, an employee, and a question of the employee that the resident reads."""
    vera = vk.person("7", "Вера")
    await planted(place, with_cards=True, channel="vk", account="7")
    maria = place.employee()
    card = await answerable(place, await card_of(maria))
    await maria.says("Пришлите фото", reply_to=card)
    return vera, maria, await answerable(place, await vera.sees("Пришлите фото"))


async def in_states(place: Town, *states: str) -> None:
    """Wait until the files, in their order, are in these states."""
    query = select(KeptFile.state).order_by(KeptFile.id)
    await until(lambda: look(place, lambda session: list(session.scalars(query)) == list(states)))


async def tried(place: Town, times: int) -> None:
    """Wait until the newest file was tried in vain so often."""
    query = select(KeptFile.attempts).order_by(KeptFile.id.desc()).limit(1)
    await until(lambda: look(place, lambda session: session.scalar(query) == times))


async def passes(place: Town, **time: float) -> None:
    """Let time pass, and everybody look again."""
    place.clock.passes(**time)
    place.fetcher.wake()
    place.delivery.wake()


async def waits_for_file(place: Town) -> None:
    """Wait until a message stands aside for its file."""
    query = select(OutboxMessage.id).where(OutboxMessage.outcome == "waits")
    await until(lambda: look(place, lambda session: session.scalar(query)))


async def test_a_file_that_comes_late_follows_its_message_under_the_card(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    vk.fetch_errors.extend([RetryLater("down")] * 2)

    await vera.sends(Upload(JPEG), caption="Вот яма", reply_to=question)
    await tried(place, 1)
    await waits_for_file(place)
    await passes(place, minutes=31)

    went = await maria.sees("Вот яма")
    assert "(Ещё 1 файл пока не пришёл. Пришлём его следом, как только придёт.)" in went.text
    await card_says(maria, "📎 1 файл (ещё не пришёл 1)")
    await tried(place, 2)
    await passes(place, hours=1)
    late = await maria.sees(f"📎 Файлы к {NUMBER}")
    assert [file.decode()[:5] for file in late.files] == ["2026/"]
    card = await card_of(maria)
    assert late.reply_to == card.id
    await maria.waits_for(
        maria.room, lambda shown: shown.text.startswith(NUMBER) and "не пришёл" not in shown.text
    )


async def test_it_comes_after_days_of_tries_as_long_as_its_appeal_lives(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    vk.fetch_errors.extend([RetryLater("down")] * 3)
    await vera.sends(Upload(JPEG), caption="Вот яма", reply_to=question)
    await tried(place, 1)

    def tire(work: Work) -> None:
        row = work.session.scalars(select(KeptFile)).one()
        row.attempts, row.created_at = MOST_ATTEMPTS + 1, work.now - timedelta(days=60)

    await change(place, tire)
    await waits_for_file(place)
    await passes(place, days=12)
    await tried(place, MOST_ATTEMPTS + 2)
    await maria.sees("пока не пришёл")
    await passes(place, hours=2)
    await tried(place, MOST_ATTEMPTS + 3)
    await passes(place, hours=2)

    late = await maria.sees(f"📎 Файлы к {NUMBER}")

    assert len(late.files) == 1


async def test_an_employee_s_late_photo_follows_to_the_resident(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, _question = await asked(place, vk)
    telegram = place.messenger
    assert isinstance(telegram, FailingMessenger)
    telegram.fetch_errors.extend([RetryLater("down")] * 2)

    await maria.sends(Upload(JPEG), caption="Засыпали", reply_to=await card_of(maria))
    await tried(place, 1)
    await waits_for_file(place)
    await passes(place, minutes=31)
    told = await vera.sees("Засыпали")
    await tried(place, 2)
    await passes(place, hours=1)
    late = await vera.sees(f"📎 Файлы к {NUMBER}")

    assert "Пришлём его следом" in told.text
    assert len(late.files) == 1


async def test_of_two_late_files_each_goes_as_soon_as_it_is_there(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    vk.fetch_errors.extend([RetryLater("down")] * 2)
    await vera.sends(Upload(JPEG), caption="Вот одна", reply_to=question)
    await tried(place, 1)
    await waits_for_file(place)
    await passes(place, minutes=11)
    await maria.sees("пока не пришёл")
    await tried(place, 2)
    await vera.sends(Upload(AGAIN), caption="Вот вторая", reply_to=question)

    second = await maria.sees("Вот вторая")
    assert len(second.files) == 1
    await passes(place, hours=1)
    first = await maria.sees(f"📎 Файлы к {NUMBER}")

    assert len(first.files) == 1


async def test_a_late_file_that_is_refused_is_told_on_both_sides(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    vk.fetch_errors.extend([RetryLater("down")] * 2)
    await vera.sends(Upload(b"", "акт.pdf", kind="document"), caption="Акт", reply_to=question)
    await tried(place, 1)
    await waits_for_file(place)
    await passes(place, minutes=31)
    await maria.sees("пока не пришёл")
    await tried(place, 2)
    await passes(place, hours=1)

    told = await vera.sees("не взяли")
    late = await maria.sees("файл показать не удалось")

    assert told.text == (
        f"Файл «акт.pdf» к {NUMBER} не взяли. Файл пустой. Выберите его, пожалуйста, ещё раз."
        " Новый пришлите ответом на это сообщение."
    )
    assert late.text.startswith(f"📎 Файлы к {NUMBER}")
    assert "Ещё" not in late.text
    await maria.waits_for(
        maria.room, lambda shown: shown.text.startswith(NUMBER) and "📎" not in shown.text
    )


REFUSED = [
    (Upload(b"", "акт.pdf", kind="document"), "Файл «акт.pdf»", "Файл пустой"),
    (Upload(b"MZ\x90\0" + b"\0" * 99, "", kind="document"), "Файл", "Подойдут фото"),
    (Upload(b"\xff\xd8\xff\xe0broken", "", kind="photo"), "Фото", "сделайте, пожалуйста, новый"),
    (Upload(b"<html></html>", "справка.doc", kind="document"), "Файл «справка.doc»", "Подойдут"),
    (Upload(b"PK\5\6" + b"\0" * 18, "все.docx", kind="document"), "Файл «все.docx»", "архив"),
]


@pytest.mark.parametrize(("upload", "which", "why"), REFUSED)
async def test_a_resident_reads_which_file_was_refused_why_and_what_to_do(
    bor: Town, upload: Upload, which: str, why: str
) -> None:
    anna = await bor.consenting()
    await anna.says(DESCRIPTION)
    await anna.sends(upload)

    told = await anna.sees("не взяли")

    assert told.text.startswith(f"{which} не взяли.")
    assert why in told.text
    assert told.text.endswith("Сейчас файлов не приложено, новый можно прислать сюда.")


@pytest.mark.parametrize(("upload", "which", "why"), REFUSED)
async def test_an_employee_reads_under_the_card_which_file_was_refused(
    crossed: tuple[Town, FailingMessenger], upload: Upload, which: str, why: str
) -> None:
    place, vk = crossed
    vera, maria, _question = await asked(place, vk)

    await maria.sends(upload, caption="Вот ответ", reply_to=await card_of(maria))

    told = await maria.sees("не взяли")
    assert told.text.startswith(f"{which} к {NUMBER} не взяли.")
    assert why in told.text
    assert told.reply_to == (await card_of(maria)).id
    answer = await vera.sees("Вот ответ")
    assert "1 файл показать не удалось" in answer.text


async def test_the_second_of_three_photos_is_called_so_and_no_longer_counted(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says(DESCRIPTION)
    broken = Upload(b"\xff\xd8\xff\xe0broken", "")

    await anna.sends(Upload(JPEG, ""), broken, Upload(AGAIN, ""))

    told = await anna.sees("не взяли")
    assert told.text.startswith("Второе фото не взяли. ")
    assert "Сейчас приложено 2 файла" in told.text


async def test_what_was_refused_is_not_on_the_card_and_gives_its_room_back(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    await vera.sends(Upload(JPEG), caption="Первое", reply_to=question)
    await card_says(maria, "📎 1 файл")

    await vera.sends(Upload(b"", "акт.pdf", kind="document"), caption="И акт", reply_to=question)

    told = await vera.sees("не взяли")
    await in_states(place, "stored", "refused")
    await maria.waits_for(maria.room, lambda shown: "📎 1 файл" in shown.text and shown.edits > 1)
    await vera.sends(Upload(AGAIN), caption="Снимок акта", reply_to=await answerable(place, told))
    await card_says(maria, "📎 2 файла")


async def test_a_file_that_the_messenger_gives_no_more_is_told(
    crossed: tuple[Town, FailingMessenger],
) -> None:
    place, vk = crossed
    vera, maria, question = await asked(place, vk)
    vk.fetch_errors.append(FileGone("HTTP 404"))

    await vera.sends(Upload(JPEG, "яма.jpg"), caption="Вот яма", reply_to=question)

    told = await vera.sees("не взяли")
    assert told.text.startswith(f"Файл «яма.jpg» к {NUMBER} не взяли. Мессенджер его больше не")
    relayed = await maria.sees("Вот яма")
    assert "(1 файл показать не удалось" in relayed.text
