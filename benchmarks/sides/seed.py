"""A town's years in the tables: ``await fill(database, appeals, now)``. The same at every run.

The database makes the rows itself, by arithmetic in place of chance, so that two million appeals
with all that belongs to them take some minutes. The municipality must be there (``first_start``).
"""

# ruff: noqa: S608, SIM905 - all of these statements is written here; lists read best as text

import asyncio
import itertools
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.appeals import search
from storage.database import Database
from storage.database.errors import is_conflict
from storage.tables import Category, Municipality, StaffChat, Topic

YEARS = 3
CHATS = 28  # staff chats: one a centre
TEXTS = 20_000  # different ones; appeals share them
STREETS = 400
DAY = 86_400
TABLES = (
    "residents consents appeals appeal_words history files outbox chat_messages seen_events "
    "web_messages web_sessions parked_events"
).split()
NAMED = ("municipalities", "topics", "staff_chats", "bans", "listed_appeals")  # in references
LARGEST_FIRST = ("appeal_words", "history", "chat_messages")
WORKERS = 2
QUICK = {
    "session_replication_role": "replica",
    "synchronous_commit": "off",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "max_parallel_maintenance_workers": "0",
}

# What people write about, the most frequent first.
TROUBLES = (
    "яма на дороге|не горит фонарь|не вывозят мусор|скользко на тротуаре|лужа во дворе"
    "|протекает крыша|нет горячей воды|сломаны качели на площадке|течёт труба в подвале"
    "|свалка за гаражами|собаки без хозяев|не убран снег|холодно в квартире|шумят по ночам"
    "|не ходит автобус|нет освещения у школы|упало дерево|открыт люк|разбита остановка"
    "|не работает лифт|граффити на фасаде|стёрта разметка|не работает светофор|трещины в стене"
).split("|")
FILLERS = (
    "прошу принять меры|пишу уже второй раз|дети ходят в школу|пожилым людям не пройти"
    "|очень опасно вечером|управляющая компания не отвечает|всю неделю|после дождя|с прошлой зимы"
    "|рядом с домом|у третьего подъезда|напротив магазина|возле остановки|жители недовольны"
    "|спасибо за помощь|когда это исправят|звонили диспетчеру|обещали ещё летом"
).split("|")
SYLLABLES = "ба ве го ди жу за ки ло му не пра ро са то фе ха че ше ян лен бор мир крас зел".split()


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases say differently."""

    numbers: str  # a table "numbers" with a column i up to :n
    json: str  # an empty reply
    words: str  # what fills appeal_words
    yes: str
    no: str

    def time(self, seconds: str) -> str:
        """Seconds of the epoch as the tables keep times."""
        if self.yes == "1":
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"


SQLITE = Dialect(
    "numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < :n)",
    """'{"text": "Ваше сообщение принято"}'""",
    """INSERT INTO appeal_words (word, appeal_id) SELECT DISTINCT word.value, a.id FROM appeals a,
    json_each('["' || replace(a.search_text, ' ', '","') || '"]') AS word ORDER BY 1, 2""",
    "1",
    "0",
)
POSTGRESQL = Dialect(
    "numbers AS (SELECT generate_series(1, CAST(:n AS bigint)) AS i)",
    """CAST('{"text": "Ваше сообщение принято"}' AS json)""",
    """INSERT INTO appeal_words (word, appeal_id) SELECT word.value, a.id FROM appeals a,
    LATERAL (SELECT DISTINCT string_to_table(a.search_text, ' ')) AS word(value)""",
    "true",
    "false",
)


def texts() -> Sequence[dict[str, object]]:
    """Texts and places whose words are as unevenly frequent as people's are."""
    chance = random.Random(1)  # noqa: S311 - not for secrets
    frequent = [1 / rank for rank in range(1, len(TROUBLES) + 1)]
    streets = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(STREETS)]
    rows: list[dict[str, object]] = []
    for number in range(TEXTS):
        trouble = chance.choices(TROUBLES, frequent)[0]
        seldom = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4))))
        said = ", ".join([trouble, *chance.sample(FILLERS, chance.randint(1, 6)), seldom])
        place = f"улица {chance.choice(streets)}, дом {chance.randint(1, 120)}"
        words = search.kept_text(said, place)
        rows.append({"no": number, "said": said.capitalize(), "place": place, "words": words})
    return rows


def chance(number: str, salt: int, below: int) -> str:
    """A number below that, which looks as if thrown for each ``number``."""
    return f"((({number} + {salt * 7919}) * 2654435761) % 4294967296 / 1024 % {below})"


async def fill(database: Database, appeals: int, now: datetime) -> None:
    """Fill the tables with so many appeals of the years before ``now``, and look at them all once."""
    given = {"n": appeals, "now": int(now.timestamp()), "people": appeals // 3 + 1}
    if database.engine.dialect.name == "postgresql":
        await _fill_postgresql(database, given)
        return
    async with database.begin() as session:
        statements = await session.run_sync(_statements, SQLITE, given)
        for statement in itertools.chain.from_iterable(statements.values()):
            await session.execute(text(_as_it_is(statement)))
        await session.run_sync(_finish)


async def _fill_postgresql(database: Database, given: dict[str, int]) -> None:
    """Tables without keys and indexes first; then each is filled and gets its own, two at a time."""
    while True:
        try:
            statements, keys = await _bare(database, given)
            break
        except DBAPIError as error:
            if not is_conflict(error):
                raise
            await asyncio.sleep(0.01)
    await _run(database, [*statements.pop("appeals"), *keys.pop("appeals")])
    await _run(database, [*statements.pop("residents"), *keys.pop("residents")])
    tables = iter(sorted(statements, key=lambda table: table not in LARGEST_FIRST))

    async def worker() -> None:
        for table in tables:
            await _run(database, [*statements[table], *keys[table]])

    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(worker())
    await _run(database, keys[""])
    async with database.begin() as session:
        await session.run_sync(_finish)
        await session.run_sync(_move_sequences)
    async with database.engine.connect() as connection:  # as its autovacuum does
        own = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await own.execute(text("SET maintenance_work_mem = '512MB'"))
        await own.execute(text("VACUUM ANALYZE"))


async def _bare(
    database: Database, given: dict[str, int]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Take the keys away; what fills the tables and what gives them their keys again.

    Delivery goes on meanwhile, so this may meet it and is to be done again.
    """
    async with database.begin() as session:
        await session.execute(text(f"LOCK TABLE {', '.join((*TABLES, *NAMED))} NOWAIT"))
        statements = await session.run_sync(_statements, POSTGRESQL, given)
        return statements, await session.run_sync(_keys_away)


async def _run(database: Database, statements: Iterable[str]) -> None:
    """In a transaction, with as much memory as sorting likes, without waiting for the disk."""
    async with database.begin() as session:
        for name, value in QUICK.items():
            await session.execute(text(f"SET LOCAL {name} = '{value}'"))
        for statement in statements:
            await session.execute(text(_as_it_is(statement)))


def _as_it_is(statement: str) -> str:
    return statement.replace(":", "\\:")


def _statements(session: Session, own: Dialect, given: dict[str, int]) -> dict[str, list[str]]:
    """What fills each table, in an order in which rows come after those that they name."""
    municipality = session.scalars(select(Municipality)).one()
    chats = _chats(session, municipality)
    topics = session.scalars(select(Topic.id).join(Category).order_by(Topic.id)).all()
    session.execute(text("CREATE TABLE seed_texts (no int, said text, place text, words text)"))
    session.execute(text("INSERT INTO seed_texts VALUES (:no, :said, :place, :words)"), texts())
    session.execute(text("CREATE UNIQUE INDEX ix_seed_texts ON seed_texts (no)"))
    values = {**given, "city": municipality.id}
    made = {
        "residents": _residents(own),
        "consents": _consents(own),
        "appeals": _appeals(own, chats, topics),
        "appeal_words": own.words,
        "history": _history(own),
        "files": _files(own),
        "outbox": _outbox(own),
        "chat_messages": _chat_messages(own),
        "seen_events": _seen(own),
        "web_messages": _web_messages(own),
        "web_sessions": _web_sessions(own),
        "parked_events": _parked(own),
    }
    return {
        table: [re.sub(r":(n|now|people|city)\b", lambda name: str(values[name[1]]), statement)]
        for table, statement in made.items()
    }


def _finish(session: Session) -> None:
    """The next appeal has the next number."""
    session.execute(text("DROP TABLE seed_texts"))
    newest = text("SELECT year, serial FROM appeals ORDER BY year DESC, serial DESC LIMIT 1")
    municipality = session.scalars(select(Municipality)).one()
    municipality.last_year, municipality.last_number = session.execute(newest).one()


def _keys_away(session: Session) -> dict[str, list[str]]:
    """Drop keys and indexes; the statements that make those of each table again, all rows at once.

    Under "" the references between tables: what is there is known to be right.
    """
    names = ", ".join(repr(name) for name in TABLES)
    keys: dict[str, list[str]] = {name: [] for name in ("", *TABLES)}
    constraints = session.execute(
        text(
            "SELECT conrelid::regclass::text, conname, CAST(contype AS text), "
            "pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('f', 'p', 'u') "
            f"AND (conrelid::regclass::text IN ({names}) OR contype = 'f' "
            f"AND confrelid::regclass::text IN ({names})) ORDER BY contype, conname".replace(
                "::", r"\:\:"
            )
        )
    ).all()
    for table, name, kind, definition in constraints:
        session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        made = f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        if kind == "f":
            keys[""].append(f"{made} NOT VALID")
        else:
            keys[table].append(made)
    indexes = session.execute(
        text(f"SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename IN ({names})")
    ).all()
    for table, name, definition in indexes:
        session.execute(text(f"DROP INDEX {name}"))
        keys[table].append(definition)
    return keys


def _chats(session: Session, municipality: Municipality) -> Sequence[int]:
    main = session.scalars(select(StaffChat.id)).all()
    more = [
        StaffChat(
            municipality_id=municipality.id,
            configured=f"telegram:-{number}",
            channel="telegram",
            chat=f"-{number}",
        )
        for number in range(700_001, 700_001 + CHATS - len(main))
    ]
    session.add_all(more)
    session.flush()
    return [*main, *(chat.id for chat in more)]


def _one_of(values: Sequence[int], number: str, salt: int) -> str:
    whens = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(values))
    return f"CASE {chance(number, salt, len(values))} {whens} END"


def _channel(number: str) -> str:
    return f"CASE WHEN {number} % 10 < 6 THEN 'telegram' WHEN {number} % 10 < 9 THEN 'vk' ELSE 'web' END"


def _residents(own: Dialect) -> str:
    return f"""
    WITH RECURSIVE {own.numbers.replace(":n", ":people")}
    INSERT INTO residents (id, municipality_id, channel, account, chat, name, created_at,
        greeted_at, consent_version, consent_at)
    SELECT i, :city, {_channel("i")}, 'a' || i, 'a' || i, 'Житель ' || i, {own.time(":now - 1")},
        {own.time(":now - 1")}, '1', {own.time(":now - 1")}
    FROM numbers"""


def _consents(own: Dialect) -> str:
    return f"""
    INSERT INTO consents (id, resident_id, at, action, version)
    SELECT id, id, {own.time(":now - 1")}, 'given', '1' FROM residents"""


def _appeals(own: Dialect, chats: Sequence[int], topics: Sequence[int]) -> str:
    """Almost all are closed; what came lately is in every state, and one in 500 was left lying."""
    dice = chance("i", 1, 1000)
    return f"""
    WITH RECURSIVE {own.numbers},
    born AS (
        SELECT i, :now - {YEARS * 365 * DAY} + i * {YEARS * 365 * DAY} / (:n + 1) AS born
        FROM numbers
    ),
    aged AS (
        SELECT i, born, (:now - born) / {DAY} AS age, {dice} AS dice,
            {chance("i", 2, 5 * DAY)} AS lately, (8 + {chance("i", 3, 22)}) * {DAY} AS allowed
        FROM born
    ),
    stated AS (
        SELECT i, born, lately, born + allowed AS due, CASE
            WHEN age < 8 THEN CASE
                WHEN dice < 150 THEN 'new' WHEN dice < 600 THEN 'in_work'
                WHEN dice < 660 THEN 'need_info' WHEN dice < 740 THEN 'forwarded'
                WHEN dice < 750 THEN 'reopened' WHEN dice < 950 THEN 'answered'
                WHEN dice < 980 THEN 'declined' ELSE 'closed' END
            WHEN age < 30 THEN CASE
                WHEN dice < 100 THEN 'in_work' WHEN dice < 150 THEN 'forwarded'
                WHEN dice < 155 THEN 'need_info' WHEN dice < 300 THEN 'answered'
                ELSE 'closed' END
            ELSE CASE
                WHEN dice < 2 THEN 'in_work' WHEN dice < 900 THEN 'closed'
                WHEN dice < 970 THEN 'declined' ELSE 'withdrawn' END
            END AS state
        FROM aged
    ),
    placed AS (
        SELECT *, {_year(own)} AS year,
            CASE WHEN state IN ('need_info', 'answered') AND :now - lately > born
                THEN :now - lately ELSE born + 3600 END AS since
        FROM stated
    ),
    numbered AS (
        SELECT *, row_number() OVER (PARTITION BY year ORDER BY i) AS serial FROM placed
    ),
    named AS (
        SELECT *, (year % 100) || '-' || {_padded(own)} AS short, {_padded(own)} AS padded
        FROM numbered
    )
    INSERT INTO appeals (id, municipality_id, resident_id, draft_key, year, serial, number, kind,
        topic_id, text, place_text, lat, lon, place_normalised, search_text, words_kept, state,
        department, created_at, state_at, first_answer_due, first_answered_at, deadline_at,
        closed_at, reminded, warned, undelivered, staff_chat_id)
    SELECT i, :city, 1 + {chance("i", 4, 10**9)} % :people, 'seed:' || i, year, serial,
        'МЦУ-' || short, CASE WHEN i % 10 < 8 THEN 'problem' ELSE 'question' END,
        {_one_of(topics, "i", 5)}, t.said, t.place, 56.3, 44.0, '',
        short || ' ' || padded || ' ' || serial || ' ' || t.words, {own.yes}, state, '',
        {own.time("born")}, {own.time("since")}, {own.time(f"born + {DAY}")},
        {own.time("born + 7200")}, {own.time("due")},
        CASE WHEN state IN ('closed', 'declined', 'withdrawn') THEN {own.time("born + 9999")} END,
        CASE WHEN since < :now - {3 * DAY} THEN {own.yes} ELSE {own.no} END,
        CASE WHEN due < :now THEN 'due' WHEN due < :now + {DAY} THEN 'soon' ELSE '' END, {own.no},
        {_one_of(chats, "i", 6)}
    FROM named JOIN seed_texts t ON t.no = {chance("i", 7, TEXTS)}"""


def _year(own: Dialect) -> str:
    if own is SQLITE:
        return "CAST(strftime('%Y', born, 'unixepoch') AS INTEGER)"
    return "CAST(extract(year FROM to_timestamp(born) AT TIME ZONE 'UTC') AS integer)"


def _padded(own: Dialect) -> str:
    return "printf('%06d', serial)" if own is SQLITE else "lpad(CAST(serial AS text), 6, '0')"


def _history(own: Dialect) -> str:
    return f"""
    INSERT INTO history (id, appeal_id, at, role, actor, actor_name, action, state_from, state_to,
        text, details)
    SELECT a.id * 6 + k.k, a.id, a.created_at, k.role, 'telegram:900', 'Мария', k.action, '', '',
        'Передали в работу, ответим в срок', {own.json}
    FROM appeals a JOIN (
        SELECT 0 AS k, 'resident' AS role, 'file' AS action
        UNION ALL SELECT 1, 'employee', 'take' UNION ALL SELECT 2, 'employee', 'answer'
        UNION ALL SELECT 3, 'resident', 'confirm' UNION ALL SELECT 4, 'resident', 'comment'
        UNION ALL SELECT 5, 'employee', 'inform'
    ) k ON k.k < 3 + {chance("a.id", 8, 4)}"""


def _files(own: Dialect) -> str:
    """Two appeals of five have a photo; a few files were never filed."""
    return f"""
    INSERT INTO files (id, channel, account, appeal_id, kind, ref, name, mime, size, state, key,
        purpose, attempts, next_at, created_at)
    SELECT a.id, 'telegram', 'a' || a.resident_id,
        CASE WHEN a.id % 1000 = 0 THEN NULL ELSE a.id END, 'photo', 'ref' || a.id, 'photo.jpg',
        'image/jpeg', 100000, 'stored', 'key/' || a.id, '', 0,
        CASE WHEN a.id % 1000 = 0 THEN {own.time(":now - 1000")} ELSE a.created_at END,
        CASE WHEN a.id % 1000 = 0 THEN {own.time(":now - 1000")} ELSE a.created_at END
    FROM appeals a WHERE a.id % 5 IN (0, 1)"""


def _outbox(own: Dialect) -> str:
    """What was sent in the last 30 days."""
    return f"""
    INSERT INTO outbox (id, channel, chat, lane, push, coalesce, appeal_id, reply, created_at,
        next_at, attempts, parts_sent, revision, done_at, outcome, error)
    SELECT a.id * 6 + k.k, 'telegram', CASE WHEN k.k < 2 THEN '-100500' ELSE 'a' || a.resident_id END,
        CASE WHEN k.k < 2 THEN '-100500' ELSE 'a' || a.resident_id END, {own.yes},
        CASE WHEN k.k = 0 THEN 'card:' || a.id ELSE '' END, a.id, {own.json}, a.created_at,
        a.created_at, 1, 1, 0, a.created_at, 'sent', ''
    FROM appeals a JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
        UNION ALL SELECT 4 UNION ALL SELECT 5) k ON a.created_at > {own.time(f":now - {30 * DAY}")}"""


def _chat_messages(own: Dialect) -> str:
    return """
    INSERT INTO chat_messages (id, channel, chat, message, appeal_id, role, album, at)
    SELECT a.id * 3 + k.k, 'telegram',
        CASE WHEN k.k = 0 THEN '-100500' ELSE 'a' || a.resident_id END,
        's' || (a.id * 3 + k.k), a.id, CASE WHEN k.k = 0 THEN 'card' ELSE 'sent' END, '', a.created_at
    FROM appeals a, (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2) k"""


def _seen(own: Dialect) -> str:
    """The events of the last 14 days."""
    return f"""
    INSERT INTO seen_events (channel, event_id, at)
    SELECT 'telegram', 'seed' || (a.id * 10 + k.i), a.created_at
    FROM appeals a JOIN ({_ten()}) k ON a.created_at > {own.time(f":now - {14 * DAY}")}"""


def _web_messages(own: Dialect) -> str:
    return f"""
    INSERT INTO web_messages (id, chat, origin, author, author_name, content, at)
    SELECT r.id * 10 + k.i, r.chat, 'in:' || k.i, r.account, r.name, {own.json}, r.created_at
    FROM residents r JOIN ({_ten()}) k ON r.channel = 'web'"""


def _web_sessions(own: Dialect) -> str:
    return f"""
    INSERT INTO web_sessions (id, token_hash, account, name, staff, created_at, seen_at)
    SELECT id, 'seed' || id, account, name, {own.no}, created_at, created_at
    FROM residents WHERE channel = 'web'"""


def _parked(own: Dialect) -> str:
    """What nobody could handle over the years, almost all settled."""
    return f"""
    WITH RECURSIVE {own.numbers.replace(":n", "5000")}
    INSERT INTO parked_events (id, channel, event_id, kind, content, error, at, settled_at)
    SELECT i, {_channel("i")}, 'parked' || i, 'event', {own.json}, 'KeyError at cards.py:1',
        {own.time(":now - i * 1000")}, CASE WHEN i > 5 THEN {own.time(":now")} END
    FROM numbers"""


def _ten() -> str:
    return " UNION ALL ".join(f"SELECT {number} AS i" for number in range(10))


def _move_sequences(session: Session) -> None:
    """What is added from now on comes after what is there."""
    for table in TABLES:
        if table not in {"appeal_words", "seen_events"}:
            last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last}, false)")
            )
