"""What a category and a topic are in the file, and which values they may have."""

import re
from dataclasses import dataclass

MOST_CATEGORIES = 60
MOST_TOPICS = 60  # in a category
LEAST_TITLE, MOST_TITLE = 2, 100
MOST_DEPARTMENT = 200
MOST_EMOJI = 16  # code points: a family of four with skin tones has eleven
MOST_KEYWORDS, MOST_KEYWORD = 100, 60
MOST_DAYS = 365
CODE = re.compile(r"[a-z0-9_]{1,32}")

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
