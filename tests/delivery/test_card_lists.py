"""What pours in stands in lists: a button opens a card, the urgent stand first."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.jobs.schedule import said_by
from bot.protocol import Grid
from handlers.appeals.card import card, files_of, new_card, under_card
from handlers.turn import Work
from storage import appeals
from storage.messages import Reply
from storage.tables import Appeal, KeptFile
from tests.delivery.burst import GROUP, QUIET_TOPIC, is_known, lists, number, poured, quiet_topic
from tests.fakes.failing_messenger import FailingMessenger
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import (
    answerable,
    asks_for_help,
    card_of,
    card_says,
    look,
    planted,
    said,
    until,
)
from tests.support.towns.staff_room import outbox as everything

FIRE = "Пожар в подъезде, горит щиток"


async def test_what_pours_in_stands_in_lists_with_a_button_each(group: Town) -> None:
    ids = await poured(group, 50)

    shown = await lists(group, 50)

    assert [len(s.buttons) for s in shown] == [20, 20, 10]
    assert [b.payload for s in shown for b in s.buttons] == [f"show:{one}" for one in ids]
    first = shown[0].text.split("\n\n")
    assert first[0] == "📥 20 новых сообщений."
    assert first[1] == f"{number(1)} · {QUIET_TOPIC}\n› {DESCRIPTION}"
    assert [b.label for b in shown[0].buttons[:2]] == ["000001", "000002"]
    assert len(messenger(group).sent) == 3
    rows = [row for row in await everything(group) if row.coalesce.startswith("card:")]
    assert {row.outcome for row in rows} == {"listed"}


async def test_the_button_opens_the_card_and_that_one_is_edited(group: Town) -> None:
    await poured(group, 30)
    maria = group.employee()
    shown = await lists(group, 30)

    await maria.presses("000007", on=shown[0])
    card = await answerable(group, await card_of(maria, 7))
    await maria.presses("Взять", on=card)

    taken = await card_says(maria, "в работе", 7)
    assert (taken.id, taken.edits) == (card.id, 1)
    assert len(said(maria, f"{number(7)} ·")) == 2  # the list's line and the card


async def test_a_number_opens_the_card_of_the_appeal_that_ends_so(group: Town) -> None:
    """Replying to the list, and without: its lines have no other numbers."""
    await poured(group, 45)
    maria = group.employee()
    last = (await lists(group, 45))[-1]

    await maria.says("42")
    await card_of(maria, 42)
    await maria.says("000043", reply_to=last)
    await card_of(maria, 43)
    await maria.says("99", reply_to=last)

    await maria.sees("Такого номера в этом списке нет")


async def test_few_cards_go_by_themselves(group: Town) -> None:
    await poured(group, 10)

    await card_of(group.employee(), 10)

    assert len(messenger(group).sent) == 10
    assert not said(group.employee(), "Чтобы открыть карточку")


async def test_what_changes_unopened_brings_no_card_and_the_opened_one_is_right(
    group: Town,
) -> None:
    anna, maria = group.resident(), group.employee()
    await poured(group, 30)
    (first, _) = await lists(group, 30)
    await answerable_comment(group, 3, "Стало хуже")

    told = await maria.sees("Стало хуже")
    assert told.reply_to == first.id
    assert not [s for s in said(maria) if s.text.startswith(f"{number(3)} ·")]
    await maria.presses("Открыть карточку", on=told)

    card = await answerable(group, await card_of(maria, 3))
    assert DESCRIPTION in card.text
    await maria.says("Выезжаем", reply_to=card)
    await anna.sees("Выезжаем")


async def answerable_comment(place: Town, appeal_id: int, text: str) -> None:
    """The resident adds something to an appeal: what the staff chat gets of it."""

    def work(task: Work) -> list[Reply]:
        found = appeals.get(task.session, appeal_id)
        assert found
        return [under_card(found, text), card(task, found)]

    await place.transactions.run(said_by(work))


async def test_a_reply_to_a_list_is_no_answer_to_anybody(group: Town) -> None:
    anna, maria = group.resident(), group.employee()
    await poured(group, 30)
    (shown, _) = await lists(group, 30)
    await maria.presses("000001", on=shown)
    card = await answerable(group, await card_of(maria, 1))
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано?")

    await maria.says("Всем: выезжаем завтра", reply_to=shown)

    await maria.sees("Откройте карточку")
    await asks_for_help(maria)
    assert not said(maria, "Готово: Всем")
    assert not said(anna, "выезжаем")


async def test_danger_is_a_card_of_its_own_and_goes_first(group: Town) -> None:
    messenger(group).holds_all()
    await poured(group, 40)
    await messenger(group).calls(1)
    await poured(group, 2, text=FIRE)
    await messenger(group).calls(3)
    messenger(group).lets_go()

    card = await card_of(group.employee(), 41)

    assert card.text.splitlines()[1] == "🆘 Похоже на опасность для жизни: прочитайте сразу"
    sent = [text for _, text in messenger(group).sent]
    assert sent[1].startswith(f"{number(41)} · ")
    assert sent[2].startswith(f"{number(42)} · ")
    await lists(group, 40)


async def test_in_a_list_the_urgent_stand_first_with_their_sign(group: Town) -> None:
    quiet = await quiet_topic(group)

    def work(task: Work) -> list[Reply]:
        topics = {topic.title: topic.id for topic in task.tree.topics()}
        found = [task.session.get_one(Appeal, one) for one in range(1, 51)]
        for one in found[::2]:
            one.topic_id = topics["Светофоры"]
        task.session.flush()
        task.session.expire_all()
        return [new_card(task, one) for one in found]

    await planted(group, 50, topic_id=quiet)
    await group.transactions.run(said_by(work))

    shown = await lists(group, 40)

    alone = said(group.employee(), "⚡ Срочно")
    assert len(alone) == 10  # half of the budget
    labels = [b.label for s in shown for b in s.buttons]
    assert [label.startswith("⚡ ") for label in labels] == [True] * 15 + [False] * 25
    assert "С отметкой 🆘 или ⚡: 15, они первые." in shown[0].text


async def test_files_wait_until_the_card_is_opened(group: Town) -> None:
    await planted(group, 25, topic_id=await quiet_topic(group))
    photo = {"channel": "telegram", "account": "42", "kind": "photo", "ref": "photo-1"}

    def work(task: Work) -> list[Reply]:
        file = KeptFile(**photo, appeal_id=5, next_at=task.now, created_at=task.now)
        task.session.add(file)
        task.session.flush()
        found = [task.session.get_one(Appeal, one) for one in range(1, 26)]
        cards = [new_card(task, one) for one in found]
        return [*cards, files_of(task, found[4], (file.id,))]

    group.messenger.contents["photo-1"] = b"a photo"
    await group.transactions.run(said_by(work))
    maria = group.employee()
    (shown, _) = await lists(group, 25)
    await asks_for_help(maria)
    assert not said(maria, "Файлы к")

    await maria.presses("000005", on=shown)

    files = await maria.sees_file(b"a photo")
    assert files.text == f"📎 Файлы к {number(5)}"


async def test_a_crash_after_a_list_repeats_it_and_loses_nothing(group: Town) -> None:
    messenger(group).after.append(asyncio.CancelledError())  # type: ignore[arg-type]
    await poured(group, 25)
    await messenger(group).calls(3)

    shown = said(group.employee(), "Чтобы открыть карточку")
    assert [len(s.buttons) for s in shown] in ([20, 20, 5], [20, 5, 20])
    await until(lambda: look(group, is_known(shown[-1])))


async def test_a_channel_with_few_buttons_gets_shorter_lists(
    database_url: str, tmp_path: Path
) -> None:
    narrow = replace(GROUP, inline=Grid(rows=6, columns=5, buttons=10), keyboard=None)
    channel = FailingMessenger(of_groups=narrow)
    async with town(tmp_path, url=database_url, messengers=(channel,)) as place:
        await poured(place, 25)

        shown = await lists(place, 25)

        assert [len(s.buttons) for s in shown] == [10, 10, 5]
