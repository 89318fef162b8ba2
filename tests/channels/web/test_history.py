"""What a page has missed it catches up on; what was erased it has no more."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.conversation import Talk
from bot.protocol import Part
from storage.inbox import events
from storage.messages import Address
from storage.tables import WebMessage
from storage.web import messages as webchat
from tests.fakes.echo import STAFF, EchoDesk, utc_now
from tests.fakes.web import WebPeople


async def test_page_catches_up_after_a_restart_of_the_server(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    await anna.says("До перерыва")
    before = await anna.sees("Вы написали")
    account = desk.bot.events[0].person.account
    page = await anna.opens()

    await desk.shut()
    page.ready.clear()
    await desk.adapter.edit(Address("web", account), before.id, Part("Исправлено"))
    await desk.bot.says(Address("web", account), Part("Пока вас не было"))
    saying = asyncio.create_task(anna.says("После перерыва"))
    await desk.reopen()
    await saying

    texts = [shown.text for shown in anna.room.shown]
    assert texts[:3] == ["До перерыва", "Исправлено", "Пока вас не было"]
    assert "После перерыва" in texts


async def test_page_that_was_away_gets_what_it_missed_and_what_was_edited(desk: EchoDesk) -> None:
    web = WebPeople(desk.url)
    anna = web.person("42", "Анна")
    await anna.says("Первое")
    first = await anna.sees("Вы написали: Первое")
    page = await anna.opens()
    account = Address("web", desk.bot.events[0].person.account)
    long_ago = (utc_now() - timedelta(hours=1)).isoformat()
    for n in range(120):
        await desk.bot.says(account, Part(f"Новость {n}"))
    last = await desk.bot.says(account, Part("Последняя"))
    await desk.adapter.edit(account, first.id, Part("Исправлено"))

    near = await hello(page, first=1, last=int(last), edited=long_ago)
    far = await hello(page, first=1, last=1, edited=long_ago)
    new = await hello(page)

    assert near["reset"] is False
    assert "Исправлено" in [message["text"] for message in near["messages"]]
    assert far["reset"] is True
    assert new["reset"] is True
    assert new["more"] is True
    assert new["messages"][-1]["text"] == "Последняя"
    await web.stop()


async def hello(page: Any, **seen: Any) -> Any:
    """A fresh socket's answer to what a page says it has."""
    url = f"{page.people.url}/ws/{page.name}"
    async with page.http.ws_connect(url, headers=page.headers) as socket:
        await socket.send_json({"type": "hello", **seen})
        return await socket.receive_json(timeout=10)


async def test_older_messages_come_on_demand(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()
    await anna.says("Начало")
    await anna.sees("Вы написали")
    account = Address("web", desk.bot.events[0].person.account)
    for n in range(70):
        await desk.bot.says(account, Part(f"Новость {n}"))

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as socket:
        await socket.send_json({"type": "hello"})
        newest = await socket.receive_json(timeout=10)
        await socket.send_json({"type": "older", "before": newest["messages"][0]["id"]})
        older = await socket.receive_json(timeout=10)

    assert len(newest["messages"]) == 60
    assert older["messages"][0]["text"] == "Начало"
    assert older["more"] is False


async def test_two_tabs_show_the_same(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        assert (await tab.receive_json(timeout=10))["type"] == "history"
        await anna.says("Видно в обеих")
        own = await tab.receive_json(timeout=10)
        answer = await tab.receive_json(timeout=10)

    assert own["message"]["text"] == "Видно в обеих"
    assert own["message"]["mine"]
    assert answer["message"]["text"] == "Вы написали: Видно в обеих"


@pytest.mark.parametrize("room", ["chat", "staff"])
async def test_what_is_said_while_a_page_gets_its_history_is_not_lost_on_it(
    desk: EchoDesk, web: WebPeople, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """A page begins anew with its history: what came before that and is not in it would be gone."""
    anna, olga = web.person("42", "Анна"), web.employee("Ольга")
    await anna.says("Здесь яма")
    to = STAFF if room == "staff" else Address("web", desk.bot.events[0].person.account)
    old = await desk.bot.says(to, Part("Прежнее"))
    page = await (olga if room == "staff" else anna).opens()
    read = Talk._history

    async def meanwhile(talk: Talk, *arguments: Any) -> dict[str, Any]:
        history = await read(talk, *arguments)
        await desk.bot.says(to, Part("Между тем"))
        await desk.bot.adapter.edit(to, old, Part("Новое"))
        return history

    monkeypatch.setattr(Talk, "_history", meanwhile)
    async with page.http.ws_connect(f"{desk.url}/ws/{room}", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        history = await tab.receive_json(timeout=10)
        said, changed = [(await tab.receive_json(timeout=10))["message"] for _ in range(2)]

    assert history["reset"]
    assert history["messages"][-1]["text"] == "Прежнее"
    assert (said["text"], changed["text"]) == ("Между тем", "Новое")
    assert changed["id"] == history["messages"][-1]["id"]


def forget(session: Session, account: str) -> None:
    webchat.delete_messages(session, webchat.latest(session, account, 100))


async def test_forgotten_resident_begins_anew(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Забудьте меня")
    account = desk.bot.events[0].person.account

    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
    # Her open page knows the old ids: it would take a new message of such an id for an old one
    assert int(await desk.bot.says(Address("web", account), Part("Удалили"))) > int(said.id)
    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
    page = await anna.opens()
    history = await hello(page)

    assert history["messages"] == []
    async with desk.database.begin() as session:
        messages = (
            await session.scalars(select(WebMessage).where(WebMessage.chat == account))
        ).all()
    assert not messages


async def test_what_was_erased_is_not_kept_anew_when_a_page_sends_it_again(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()
    frame = {"type": "say", "text": "Тайная яма", "id": "1" * 32}
    await page.send(frame)
    await anna.sees("Вы написали")
    account = desk.bot.events[0].person.account
    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
        await session.run_sync(
            lambda rows: events.mark_seen(rows, "web", desk.bot.events[0].id, utc_now())
        )

    await page.send(frame)
    await anna.says("Ещё что-то")

    async with desk.database.begin() as session:
        theirs = select(WebMessage.content).where(WebMessage.chat == account)
        kept = (await session.scalars(theirs)).all()
    assert not [one for one in kept if "Тайная" in one["text"]]
