"""Categories and topics as they stand in the file, and the rules for their values.

The rules hold for a file and for what an admin types alike, and tell both the same.
"""

import re
from dataclasses import dataclass

from config.lengths import head
from config.signs import hides_any, letters
from config.texts import Texts

MOST_CATEGORIES = 60
MOST_TOPICS = 60  # in a category
LEAST_TITLE, MOST_TITLE = 2, 100
MOST_DEPARTMENT = 200
MOST_EMOJI = 16  # code points: a family of four with skin tones has eleven
MOST_KEYWORDS, MOST_KEYWORD = 100, 60
MOST_DAYS = 365
FAST_TRACK_DAYS = 3  # the mark of a longer topic would call half of all appeals urgent
CODE = re.compile(r"[a-z0-9_]{1,32}")
DAYS = re.compile(r"(\d{1,9})\s*(?:дн\.?|день|дня|дней|сут\w*)?", re.IGNORECASE)
SHOWN = 30  # characters of a wrong value that are said back

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
    "\ufe0f?[\U0001f3fb-\U0001f3ff]?"
)
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag: two letters of a country
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # a flag of a part of a country
    "|[0-9#*]\ufe0f?\u20e3"  # a key
    f"|{_PICTURE}(?:\u200d{_PICTURE})*"
)


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic as it stands in the file. ``days`` are calendar days, ``id`` is its code."""

    id: str
    title: str
    days: int
    emoji: str = ""
    fast_track: bool = False
    place: bool = True
    department: str = ""
    keywords: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category as it stands in the file, with its topics in their order."""

    id: str
    title: str
    emoji: str = ""
    department: str = ""
    keywords: tuple[str, ...] = ()
    hidden: bool = False
    topics: tuple[TopicEntry, ...] = ()


def is_emoji(text: str) -> bool:
    """Whether the text is one emoji and fits its column."""
    return len(text) <= MOST_EMOJI and _EMOJI.fullmatch(text) is not None


def one_line(text: str) -> str:
    """The text without breaks and runs of spaces."""
    return " ".join(text.split())


def days_in(said: str) -> int | None:
    """The days of ``10`` or ``10 дней``; None if it is no number of days that is allowed."""
    match = DAYS.fullmatch(said)
    days = int(match[1]) if match else 0
    return days if 1 <= days <= MOST_DAYS else None


# What is wrong with a value, in words; empty if nothing is


def title_problem(texts: Texts, title: str) -> str:
    """Whether others of its level have it, too, is for the caller to look at."""
    if hides_any(title):
        return texts("entry-hidden-signs")
    if len(title) < LEAST_TITLE or not has_letters(title):
        return texts("entry-title-short")
    if len(title) > MOST_TITLE:
        return texts("entry-title-long", length=len(title), most=MOST_TITLE)
    return ""


def days_problem(texts: Texts, said: str) -> str:
    """Of days as they are written: ``days_in`` reads them."""
    if days_in(said) is None:
        return texts("entry-days-wrong", days=head(said, SHOWN), most=MOST_DAYS)
    return ""


def emoji_problem(texts: Texts, emoji: str) -> str:
    """Of an emoji; that there is none is no mistake."""
    return "" if is_emoji(emoji) else texts("entry-emoji-wrong", emoji=head(emoji, SHOWN))


def department_problem(texts: Texts, department: str) -> str:
    """Of a department's name; that there is none is no mistake."""
    if hides_any(department):
        return texts("entry-hidden-signs")
    if not has_letters(department):
        return texts("entry-department-wrong")
    if len(department) > MOST_DEPARTMENT:
        return texts("entry-department-long", most=MOST_DEPARTMENT)
    return ""


def keywords_problem(texts: Texts, count: int) -> str:
    """Of how many keywords there are."""
    return texts("entry-keywords-many", most=MOST_KEYWORDS) if count > MOST_KEYWORDS else ""


def keyword_problem(texts: Texts, word: str) -> str:
    """Of one keyword."""
    if hides_any(word):
        return texts("entry-hidden-signs")
    if not has_letters(word):
        return texts("entry-keyword-empty")
    if len(word) > MOST_KEYWORD:
        return texts("entry-keyword-long", word=f"{head(word, SHOWN)}…", most=MOST_KEYWORD)
    return ""


def has_letters(text: str) -> bool:
    """Whether there is a letter or a digit in it that shows."""
    return letters(text) > 0
