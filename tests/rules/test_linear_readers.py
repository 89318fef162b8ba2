"""What reads people's words takes as long as they are, and not the square of it."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from bot.channels.telegram.events import own_command
from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk.keyboards import literal
from bot.channels.vk.reading.events import without_mention
from bot.delivery.hidden_signs import without_hidden_signs
from bot.delivery.layout import fit
from config.lengths import cut
from config.signs import is_visible
from handlers.forms.ask import plain
from handlers.screen.last_asked import MESSAGES, is_label
from handlers.turn import Turn
from handlers.wording.addresses import house_alone, is_place_alone, place_in
from handlers.wording.danger import is_emergency
from handlers.wording.intents import intent_of
from handlers.wording.kinds import kind_alone, kind_in
from handlers.wording.places import read_place
from handlers.wording.quoting import in_line, name_shown, number_in, number_of_card, quoted
from handlers.wording.small_talk import is_small_talk, without_greeting
from handlers.wording.topic_suggestions import TopicSuggester
from handlers.wording.topics_named import named
from storage.appeals import search
from storage.bounds import first_line
from storage.files.names import clean_name, fitting_name
from storage.messages import Address, Button, Event, Person, Reply
from storage.outbox.shown import Shown
from storage.spelling import composed
from tests.support.default_tree import tree
from tests.support.growth import slow
from tests.support.patterns import FRAGMENTS, SIGNS
from tests.support.towns.conversation import LEMMA

LETTERS = "абвгдежзиклмнопрстуфхцчшщыэюя"


def words(count: int, longest: int) -> str:
    """Words that nobody has ever said."""
    chance = random.Random(longest)  # noqa: S311 - no secret
    said = ("".join(chance.choices(LETTERS, k=chance.randint(1, longest))) for _ in range(count))
    return " ".join(said)[:SIGNS]


TEXTS = [(fragment * SIGNS)[:SIGNS] for fragment in FRAGMENTS]
TEXTS += [words(10_000, 3), words(3_000, 12), words(500, 60), words(100, 400)]
TEXTS += [
    ("не" * 30 + " ") * 400,
    ("пере" * 14 + " ") * 400,
    "а\u0301\u0316" * 6_000,
    "а " * 10_000,
]
TEXTS += [("МЦУ-26-" + "9" * 4_000) * 5, "не " + "я" * SIGNS, "\n".join(["х"] * 10_000)]


SUGGEST, TREE = TopicSuggester(LEMMA), tree()
HERE, NOW = Address("web", "guest.1"), datetime(2026, 12, 1, tzinfo=UTC)
ROWS = tuple((Button(f"{n}. Тема номер {n}", f"pick={n}", number=n),) for n in range(1, 21))
BUTTONS = [Shown(Reply(HERE, "О чём это?", ROWS), NOW)] * MESSAGES


def saying(text: str) -> Turn:
    """What a label is looked for in."""
    event = Event("1", HERE, Person(HERE.channel, HERE.chat), NOW, text=text)
    return cast("Turn", SimpleNamespace(event=event))


READERS: dict[str, Callable[[str], object]] = {
    "topics": lambda text: SUGGEST(TREE, text),
    "danger": is_emergency,
    "words of search": search.kept_text,
    "a query": lambda text: search._first(search._words(text, asked=True), 20),
    "greetings": without_greeting,
    "small talk": is_small_talk,
    "a label": plain,
    "a place": read_place,
    "quoting": quoted,
    "a line": lambda text: in_line(text, 100),
    "a name": name_shown,
    "a number": number_in,
    "a card": number_of_card,
    "the first line": first_line,
    "spelling": composed,
    "shown": without_hidden_signs,
    "a cut": lambda text: cut(text, 4096),
    "a sign": is_visible,
    "parts": lambda text: fit(Reply(Address("vk", "1"), text), TELEGRAM_LIMITS),
    "a mention": lambda text: without_mention(text, 77),
    "no mention": literal,
    "a command": lambda text: own_command(text, "mcu_bot"),
    "a file": clean_name,
    "an ending": lambda text: fitting_name(text, ".pdf"),
    "an intent": intent_of,
    "a kind": kind_in.__wrapped__,
    "a kind alone": kind_alone,
    "an address": place_in.__wrapped__,
    "an address alone": is_place_alone,
    "a house": house_alone,
    "topics by name": lambda text: named(TREE, SUGGEST, text),
    "labels of many buttons": lambda text: is_label(saying(text), BUTTONS),
}


@pytest.mark.parametrize("name", READERS)
def test_what_reads_words_holds_nobody_up(name: str) -> None:
    read = READERS[name]
    read("яма")  # what is loaded once

    def anew(text: str) -> None:
        LEMMA.cache_clear()  # type: ignore[attr-defined]  # words that nobody has said before
        search._stem.cache_clear()
        read(text)

    for text in TEXTS:
        assert not slow(anew, text), f"{name} of {text[:30]!r}…"
