"""Finding appeals by words: which words an appeal has, and the table that answers in their order.

A table of our own with an ordinary index, and no full text search of the database, so that SQLite
and PostgreSQL find the same (docs/decisions/0011).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import cast

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from Stemmer import Stemmer

from storage.appeals import FOR_LINES, of
from storage.database import deferred
from storage.spelling import composed
from storage.tables import Appeal, AppealWord

LONGEST_WORD = 40  # letters that are kept of a word, and looked for
MOST_WORDS = 300  # of an appeal; a text has 4,000 letters
MOST_ASKED = 20  # words of a query
SHORTEST_BEGINNING = 3  # a word that no appeal has is taken for the beginning of one
MOST_COMPLETED = 30  # words that a beginning stands for
MOST_LOOKED_AT = 300  # words of that beginning, of which the shortest are taken
COMMON = 1000  # where a word stops being counted: whichever is rarer leads the search
LAST_LETTER = "\U0010ffff"
WORDS = cast("Table", AppealWord.__table__)
NEW_WORD = insert(WORDS)
OLD_WORD = delete(WORDS).where(
    WORDS.c.word == bindparam("gone"), WORDS.c.appeal_id == bindparam("of")
)

# Begun at the beginning of a word only, and no longer than a number may be: an open end is tried
# anew from each letter of a word, and of thousands of digits Python makes no number.
NUMBER = re.compile(
    r"(?<![^\W\d_])[^\W\d_]{1,40}-(\d\d)-(\d{1,12})(?!\d)|(?<![\w-])(\d\d)-(\d{6})(?![\w-])"
)
WORD = re.compile(r"[^\W_]+")
HOUSE = re.compile(r"(?<!\d)\d{1,9}(?=[^\W\d_])")  # the 5 of «5а»
# They stand in every text and find nothing; single letters neither.
LITTLE = frozenset(
    (
        *("без", "бы", "во", "для", "до", "ее", "ей", "же", "за", "из", "или", "им", "их", "ко"),
        *("ли", "мы", "на", "над", "не", "ни", "но", "об", "он", "она", "они", "от", "по", "под"),
        *("при", "со", "так", "то", "ту", "ты", "уже", "что", "это"),
    )
)


def kept_text(*texts: str) -> str:
    """The words of these texts as ``Appeal.search_text`` has them: each once, between spaces."""
    return " ".join(_first(_words(" ".join(texts), asked=False), MOST_WORDS))


def keep(session: Session, appeals: Iterable[Appeal]) -> None:
    """Let appeals be found by the words of their ``search_text``, which ``kept_text`` made."""
    rows = [
        {"word": word, "appeal_id": appeal.id}
        for appeal in appeals
        for word in appeal.search_text.split()
    ]
    deferred.insert(session, NEW_WORD, rows)


def forget(session: Session, appeals: Iterable[Appeal]) -> None:
    """Let appeals be found by their numbers alone: what their texts said is erased."""
    gone = []
    for appeal in appeals:
        number = kept_text(appeal.number)
        words = set(appeal.search_text.split()) - set(number.split())
        gone += [{"gone": word, "of": appeal.id} for word in sorted(words)]
        appeal.search_text = number
    if gone:
        session.connection().execute(OLD_WORD, gone)


def keep_missing(session: Session, limit: int) -> int:
    """Keep the words of appeals that an older program filed; how many there were, newest first."""
    rows = list(
        session.scalars(
            select(Appeal)
            .where(Appeal.words_kept.is_(False))
            .order_by(Appeal.id.desc())
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for appeal in rows:
        erased = appeal.draft_key == f"deleted:{appeal.id}"
        said = () if erased else (appeal.text, appeal.place_text)
        appeal.search_text = kept_text(appeal.number, *said)
        appeal.words_kept = True
    keep(session, rows)
    return len(rows)


def search(
    session: Session, municipality_id: int, query: str, limit: int, chat_id: int | None = None
) -> list[Appeal]:
    """Appeals that have every word of the query in some form, newest first.

    A word that no appeal has counts as the beginning of some. ``chat_id`` keeps to the appeals of one
    staff chat.
    """
    forms = {word: [word] for word in _first(_words(query, asked=True), MOST_ASKED)}
    if not forms:
        return []
    counts = _counts(session, forms)
    if beginnings := {word: _completed(session, word) for word in forms if not counts[word]}:
        if not all(beginnings.values()):
            return []
        forms |= beginnings
        counts |= _counts(session, beginnings)
    # The rarest word leads, from the newest appeal on; the others are looked up for each.
    first, *others = sorted(forms, key=counts.__getitem__)
    lead = aliased(AppealWord)
    ids = select(lead.appeal_id).order_by(lead.appeal_id.desc()).limit(limit)
    for word in others:
        other = aliased(AppealWord)
        has = select(other.appeal_id).where(
            other.appeal_id == lead.appeal_id, other.word.in_(forms[word])
        )
        ids = ids.where(has.exists())
    mine = select(Appeal.id).where(Appeal.id == lead.appeal_id, of(municipality_id, chat_id))
    ids = ids.where(mine.exists())
    # Each form by itself, for only within one word are the appeals in their order.
    newest = [select(ids.where(lead.word == form).subquery()) for form in forms[first]]
    found = set(session.scalars(union_all(*newest)))
    of_found = select(Appeal).where(Appeal.id.in_(found)).order_by(Appeal.id.desc()).limit(limit)
    return list(session.scalars(of_found.options(*FOR_LINES)))


def _counts(session: Session, forms: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many appeals have each word in one of its forms, counted up to ``COMMON``."""
    counts = []
    for word, its in forms.items():
        some = select(AppealWord.appeal_id).where(AppealWord.word.in_(its)).limit(COMMON).subquery()
        counts.append(select(literal(word).label("word"), func.count()).select_from(some))
    return {row[0]: row[1] for row in session.execute(union_all(*counts))}


def _completed(session: Session, beginning: str) -> list[str]:
    """The words that begin so: the shortest of those that come first in the alphabet.

    From word to word through the index, and not through all appeals that have them.
    """
    if len(beginning) < SHORTEST_BEGINNING:
        return []

    def next_word(after: ColumnElement[bool]) -> ScalarSelect[str]:
        some = select(AppealWord.word).where(after, AppealWord.word < beginning + LAST_LETTER)
        return some.order_by(AppealWord.word).limit(1).scalar_subquery()

    words = select(next_word(AppealWord.word >= beginning).label("word")).cte(recursive=True)
    further = select(next_word(AppealWord.word > words.c.word)).where(words.c.word.is_not(None))
    words = words.union_all(further)
    looked_at = select(words.c.word).limit(MOST_LOOKED_AT).subquery()
    found = select(looked_at.c.word).where(looked_at.c.word.is_not(None))
    shortest = found.order_by(func.length(looked_at.c.word), looked_at.c.word)
    return list(session.scalars(shortest.limit(MOST_COMPLETED)))


def _first(words: Iterable[str], most: int) -> list[str]:
    """The first that differ; no more of them are looked for."""
    found: dict[str, None] = {}
    for word in words:
        found[word] = None
        if len(found) == most:
            break
    return list(found)


def _words(text: str, *, asked: bool) -> Iterator[str]:
    """The forms in which words are compared; a text has a number in each form one may ask for it."""
    text = composed(text).lower().replace("ё", "е")
    for number in NUMBER.finditer(text):
        year, serial = int(number[1] or number[3]), int(number[2] or number[4])
        yield f"{year:02}-{serial:06}"
        if not asked:
            yield from (f"{serial:06}", str(serial))
    for found in WORD.finditer(NUMBER.sub(" ", text)):
        word = found[0]
        if word.isdecimal():
            yield word[:LONGEST_WORD]
            if not asked and (short := word.lstrip("0")[:LONGEST_WORD]):
                yield short
        elif len(word) > 1 and word not in LITTLE:
            yield _stem(word[:LONGEST_WORD])
            if not asked and (house := HOUSE.match(word)):
                yield house[0][:LONGEST_WORD]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Without its ending: «остановка» as «остановке»."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    stemmer = Stemmer("russian")
    stemmer.maxCacheSize = 0  # ours is above
    return stemmer
