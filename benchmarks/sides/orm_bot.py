"""The peer that a town would otherwise build: aiogram, its FSM, and SQLAlchemy's ORM on one database.

An update has one session and one commit, and is answered after it. The state of a conversation is a
row, which outlives a restart. The peer does less than ours: an update that comes twice is answered
twice, an answer that cannot be sent is lost, and the staff is shown nothing.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiogram import Dispatcher, F
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from aiogram.utils.keyboard import InlineKeyboardBuilder
from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.sides.echo_bot import run

CONNECTIONS = {"sqlite": 1, "postgresql": 20}  # SQLite has one writer at a time
Sessions = async_scoped_session[AsyncSession]
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Base(DeclarativeBase):
    """The base of the tables."""


class Resident(Base):
    """A person who has agreed."""

    __tablename__ = "residents"

    account: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    consent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Conversation(Base):
    """The question that a person is asked, and the answers so far."""

    __tablename__ = "conversations"

    chat: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Appeal(Base):
    """An appeal as it was filed."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[int] = mapped_column(ForeignKey(Resident.account), index=True)
    text: Mapped[str]
    topic: Mapped[str]
    place: Mapped[str]
    filed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Filing(StatesGroup):
    """The questions of the form; an answer is kept by the name of its question."""

    text, topic, place, summary = State(), State(), State(), State()


NAMES = ("text", "topic", "place", "summary")
QUESTIONS = (
    ("Опишите, что случилось.", ("form=cancel.what", "Отменить")),
    ("Выберите тему.", ("category=t1", "Ямы на дороге"), ("category=t2", "Уборка дворов")),
    ("Напишите адрес.", ("form=cancel.place", "Отменить")),
    ("Всё верно?\n\n{text}\n{place}", ("send=yes", "Отправить"), ("form=cancel.send", "Отменить")),
)


class Storage(BaseStorage):
    """The FSM's storage in the session of the update."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def get_state(self, key: StorageKey) -> str | None:
        """The state; None if there is none."""
        return (await self._row(key)).state

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Keep the state."""
        (await self._row(key)).state = state.state if isinstance(state, State) else state

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """The answers so far."""
        return dict((await self._row(key)).data)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Keep the answers."""
        (await self._row(key)).data = dict(data)

    async def close(self) -> None:
        """Nothing: each session ends with its update."""

    async def _row(self, key: StorageKey) -> Conversation:
        row = await self._sessions.get(Conversation, (key.chat_id, key.user_id))
        if row is None:
            row = Conversation(chat=key.chat_id, account=key.user_id, data={})
            self._sessions.add(row)
            await self._sessions.flush()
        return row


def answer(to: Message | CallbackQuery, text: str, *buttons: tuple[str, str]) -> SendMessage:
    """A message with buttons (data, label). aiogram sends what a handler returns, after the commit."""
    markup = InlineKeyboardBuilder()
    for data, label in buttons:
        markup.button(text=label, callback_data=data)
    chat = to.chat if isinstance(to, Message) else to.from_user
    return SendMessage(chat_id=chat.id, text=text, reply_markup=markup.adjust(1).as_markup())


async def greeted(message: Message) -> SendMessage:
    """Ask for consent."""
    return answer(message, "Согласны на обработку данных?", ("consent:yes", "Согласен"))


async def agreed(query: CallbackQuery, sessions: Sessions) -> SendMessage:
    """Keep the consent."""
    person = query.from_user
    now = datetime.now(UTC)
    await sessions.merge(Resident(account=person.id, name=person.full_name, consent_at=now))
    return answer(query, "Чем помочь?", ("new:appeal", "Сообщить о проблеме"))


async def began(message: Message, state: FSMContext, sessions: Sessions) -> SendMessage:
    """Ask the first question of whoever has agreed."""
    if await sessions.get(Resident, message.chat.id) is None:
        return await greeted(message)
    await state.set_state(Filing.text)
    return answer(message, *QUESTIONS[0])


async def answered(
    answering: Message | CallbackQuery, state: FSMContext, raw_state: str
) -> SendMessage:
    """Keep an answer and ask the next question."""
    number = NAMES.index(raw_state.partition(":")[2])
    said = answering.text if isinstance(answering, Message) else answering.data
    draft = await state.update_data({NAMES[number]: said})
    await state.set_state(getattr(Filing, NAMES[number + 1]))
    text, *buttons = QUESTIONS[number + 1]
    return answer(answering, text.format(**draft), *buttons)


async def sent(query: CallbackQuery, state: FSMContext, sessions: Sessions) -> SendMessage:
    """File the appeal."""
    draft = await state.get_data()
    appeal = Appeal(resident=query.from_user.id, filed_at=datetime.now(UTC), **draft)
    sessions.add(appeal)
    await sessions.flush()
    await state.clear()
    return answer(query, f"Принято, номер {appeal.id}.", (f"comment:{appeal.id}", "Дополнить"))


async def cancelled(query: CallbackQuery, state: FSMContext) -> SendMessage:
    """Drop the answers."""
    await state.clear()
    return answer(query, "Отменено.", ("new:appeal", "Сообщить о проблеме"))


async def stop_spinner(handler: Handler, update: TelegramObject, data: dict[str, Any]) -> Any:
    """Answer a press once its transaction is over: no other update waits for that."""
    result = await handler(update, data)
    if isinstance(update, Update) and update.callback_query:
        await update.callback_query.answer()
    return result


async def commit_once(handler: Handler, update: TelegramObject, data: dict[str, Any]) -> Any:
    """Let an update have one transaction."""
    sessions: Sessions = data["sessions"]
    try:
        result = await handler(update, data)
        await sessions.commit()
    finally:
        await sessions.remove()
    return result


def opened(url: str) -> AsyncEngine:
    """The database, as durable as ours."""
    kind = make_url(url).get_backend_name()
    engine = create_async_engine(url, pool_size=CONNECTIONS[kind], max_overflow=0)
    if kind == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def main() -> None:
    """Make the tables and run until killed."""
    engine = opened(os.environ["MCU_DATABASE_URL"])
    sessions = async_scoped_session(
        async_sessionmaker(engine, expire_on_commit=False), scopefunc=asyncio.current_task
    )

    async def make_tables() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    dispatcher = Dispatcher(storage=Storage(sessions), disable_fsm=True, sessions=sessions)
    dispatcher.startup.register(make_tables)
    for middleware in (stop_spinner, commit_once, dispatcher.fsm):  # from outside to inside
        dispatcher.update.outer_middleware(middleware)
    dispatcher.message.register(greeted, Command("start"))
    dispatcher.message.register(began, Command("new"))
    dispatcher.message.register(answered, StateFilter(Filing.text, Filing.place), F.text)
    presses = dispatcher.callback_query
    presses.register(agreed, F.data == "consent:yes")
    presses.register(cancelled, F.data.startswith("form=cancel."))
    presses.register(answered, StateFilter(Filing.topic))
    presses.register(sent, Filing.summary, F.data == "send=yes")
    run(dispatcher)


if __name__ == "__main__":
    main()
