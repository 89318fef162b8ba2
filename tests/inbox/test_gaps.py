"""That messages were lost is told: to the staff, and to those whom nobody answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.protocol import OpenDialogue
from storage.messages import Address
from tests.support.towns.conversation import Town

MARK = "gap:17"


class Messenger:
    """Tells who was not answered, and remembers since when it was asked."""

    def __init__(self, dialogues: Sequence[OpenDialogue] | None) -> None:
        self.dialogues = dialogues
        self.since: datetime | None = None

    async def __call__(self, since: datetime | None) -> Sequence[OpenDialogue] | None:
        self.since = since
        return self.dialogues


def dialogue(number: int, name: str = "Анна Ильина") -> OpenDialogue:
    link = f"https://vk.com/gim1?sel={number}"
    return OpenDialogue(Address("telegram", str(number)), name, link)


async def test_the_staff_reads_since_when_and_whose_dialogues_are_open(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    last = bor.clock.now
    bor.clock.now += timedelta(days=2)
    tells = Messenger([dialogue(42)])
    for _ in range(2):
        await bor.inbox.tell_gap("telegram", MARK, tells)

    told = await maria.sees("Часть сообщений потерялась")
    assert tells.since == last
    assert "бот получил 1 декабря, 10:00" in told.text
    assert "до 3 декабря, 10:00" in told.text
    assert "остался 1 человек" in told.text
    assert "— Анна Ильина https://vk.com/gim1?sel=42" in told.text
    await anna.sees(bor.texts("gap-resident"))
    assert len([s for s in anna.room.shown if s.text == bor.texts("gap-resident")]) == 1
    assert len([s for s in maria.room.shown if "потерялась" in s.text]) == 1


async def test_where_the_messenger_does_not_tell_the_staff_is_asked_to_look(bor: Town) -> None:
    await bor.inbox.tell_gap("vk", MARK, Messenger(None))
    told = await bor.employee().sees("Бот долго не был на связи")
    await bor.inbox.tell_gap("telegram", MARK, Messenger(None))
    other = await bor.employee().sees("хранит сообщения сутки")

    assert "посмотрите диалоги без ответа" in told.text
    assert "попросите его прислать" in other.text


async def test_that_nobody_waits_is_told_too(bor: Town) -> None:
    await bor.inbox.tell_gap("telegram", MARK, Messenger([]))

    told = await bor.employee().sees("потерялась")
    assert "Диалогов без ответа за это время нет" in told.text


async def test_of_very_many_twenty_are_named_and_all_are_asked(bor: Town) -> None:
    many = [dialogue(number, f"Житель {number}") for number in range(100, 130)]
    await bor.inbox.tell_gap("vk", MARK, Messenger(many))

    told = await bor.employee().sees("потерялась")
    assert "остались 30 человек" in told.text
    assert told.text.count("— Житель") == 20
    assert "посмотрите диалоги без ответа" in told.text
    rooms = [bor.messenger.room(one.address.chat, private=True) for one in many]
    await bor.messenger.until_room(lambda: all(room.shown for room in rooms), 20)


async def test_a_known_last_contact_is_what_the_staff_reads(bor: Town) -> None:
    since = bor.clock.now
    bor.clock.now += timedelta(days=2)
    await bor.inbox.tell_gap("telegram", MARK, Messenger(None), since=since)

    told = await bor.employee().sees("могла потеряться")
    assert "с 1 декабря, 10:00 до 3 декабря, 10:00" in told.text


async def test_updates_that_went_elsewhere_are_told_as_that(bor: Town) -> None:
    since = bor.clock.now
    await bor.inbox.tell_gap("telegram", MARK, Messenger(None), since=since, cause="elsewhere")

    told = await bor.employee().sees("уходили не этому боту")
    assert "другую программу с этим ключом нужно выключить" in told.text


async def test_while_nothing_comes_nobody_is_asked_to_write(bor: Town) -> None:
    anna = await bor.consenting()
    asks = Messenger([dialogue(42)])
    await bor.inbox.tell_gap("telegram", MARK, asks, since=bor.clock.now, cause="off")

    told = await bor.employee().sees("не передаёт боту сообщения")
    assert "— Анна Ильина https://vk.com/gim1?sel=42" in told.text
    assert [s for s in anna.room.shown if s.text == bor.texts("gap-resident")] == []


async def test_that_another_program_takes_messages_too_is_told_with_what_to_do(bor: Town) -> None:
    since = bor.clock.now
    await bor.inbox.tell_gap("telegram", MARK, Messenger(None), since=since, cause="shared")

    told = await bor.employee().sees("забирает ещё одна программа")
    assert "выдать боту новый ключ" in told.text
