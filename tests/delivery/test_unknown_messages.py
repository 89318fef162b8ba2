"""Messages of ours whose ids we never learned: we died between showing them and keeping the id."""

from sqlalchemy import delete

from handlers.wording.quoting import number_in, number_of_card
from storage.tables import ChatMessage
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import card_of


async def _dies_before_it_knows_ids(bor: Town) -> None:
    """As after a kill between ``sendMessage`` and its answer."""
    async with bor.database.begin() as session:
        await session.execute(delete(ChatMessage))


async def test_a_reply_to_a_card_of_unknown_id_reaches_the_resident(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    card = await card_of(maria)
    await _dies_before_it_knows_ids(bor)
    await maria.says("Завтра приедет бригада", reply_to=card)

    await anna.sees("Завтра приедет бригада")


async def test_a_reply_to_news_of_unknown_id_reaches_the_staff(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    maria = bor.employee()
    await maria.says("Завтра приедет бригада", reply_to=await card_of(maria))
    news = await anna.sees("Завтра приедет бригада")
    await anna.says("/help")  # the outbox is through with the news
    await anna.sees("Как это работает")
    await _dies_before_it_knows_ids(bor)
    await anna.says("Хорошо, буду ждать", reply_to=news)

    await maria.sees("Хорошо, буду ждать")


async def test_a_number_in_the_news_to_another_resident_leads_nowhere(bor: Town) -> None:
    anna, boris = await bor.consenting(), await bor.consenting(account="43", name="Борис")
    await bor.filed(anna)
    filed = await anna.sees("МЦУ-")
    boris.room.shown.append(filed)  # as if it had been shown there
    await _dies_before_it_knows_ids(bor)
    await boris.says("А что у вас?", reply_to=filed)

    maria = bor.employee()
    await boris.waits_for(boris.room, lambda shown: bool(shown.buttons) and shown.seq > boris.since)
    assert not any("А что у вас?" in shown.text for shown in maria.room.shown)


def test_only_the_beginning_of_a_card_names_its_appeal() -> None:
    assert number_of_card("МЦУ-26-000123 · ⚠️ Проблема · принято") == "МЦУ-26-000123"
    assert number_of_card("💬 МЦУ-26-000123 по МЦУ-26-000007:") == ""
    assert number_in("💬 Ответ по сообщению МЦУ-26-000123:") == "МЦУ-26-000123"
    assert number_in("Здравствуйте! 2026-11-000123") == ""
