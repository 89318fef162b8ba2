"""Places with codes: an admin makes one in the chat, gets its poster, lists them, switches one off."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from config.lengths import cut
from handlers.admin.edits import begin
from handlers.admin.line_questions import Line
from handlers.admin.lists import LABEL, PAGE
from handlers.admin.pages import gone
from handlers.appeals.topic_choice import categories
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Invalid, Option, Place
from handlers.forms.form import Form
from handlers.showing import Page, whole_number
from handlers.turn import Turn, Work
from handlers.wording.places import read_place
from storage.files import made
from storage.messages import Button, Reply, Rows
from storage.messages import Place as Point
from storage.tables import PlaceCode
from storage.town import place_codes

PURPOSE = "poster"  # of files that are drawn: see bot.posters
FORMS = ((".pdf", "application/pdf"), (".png", "image/png"))
NO_TOPIC = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a poster that is to be drawn, and its code as links have it."""

    code: str
    place: str = ""
    topic: str = ""

    def to_json(self) -> str:
        """The words as text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**json.loads(text))


def wanted_of(work: Work, row: PlaceCode) -> Wanted:
    """The poster of a place."""
    topic = work.tree.topic(row.topic_id or 0)
    shown = topic.title if topic and topic.offered else ""
    return Wanted(f"p-{row.code}", row.words or work.texts("place-point"), shown)


# The list, and the page of a place


def show(turn: Turn, argument: str = "") -> list[Reply]:
    """Answer ``/poster``: the places, a button each, and one for a new one."""
    rows = place_codes.listed(turn.session, turn.municipality)
    new = turn.button("poster-new", "adm:newposter", tone="primary")
    home = turn.button("admin-to-home", "adm:home:")
    if not rows:
        return [turn.reply(turn.texts("poster-about"), ((new,), (home,)))]
    page = Page.of(len(rows), PAGE, whole_number(argument))
    buttons: Rows = tuple(
        (Button(cut(f"{n}. {row.words}", LABEL), f"adm:poster:{row.code}", number=n),)
        for n, row in page.numbered(rows)
    )
    lines = [_line(turn, n, row) for n, row in page.numbered(rows)]
    last = (*page.next_one(turn, "adm:posters:"), new, home)
    return [turn.reply("\n".join([turn.texts("poster-list"), *lines]), (*buttons, last))]


def _line(turn: Turn, number: int, row: PlaceCode) -> str:
    off = "" if row.active else turn.texts("poster-off-mark")
    return turn.texts("poster-line", number=number, place=row.words, off=off)


def page(turn: Turn, code: str) -> list[Reply]:
    """The page of a place."""
    row = place_codes.find(turn.session, turn.municipality, code)
    return [_page(turn, row)] if row else gone(turn)


def _page(turn: Turn, row: PlaceCode, lead: str = "") -> Reply:
    wanted = wanted_of(turn, row)
    lines = [
        lead,
        turn.texts("poster-place", place=wanted.place),
        turn.texts("poster-topic", topic=wanted.topic or turn.texts("poster-no-topic")),
        turn.texts("poster-code", code=wanted.code),
        turn.texts("poster-point") if row.words and row.lat is not None else "",
        "" if row.active else turn.texts("poster-is-off"),
    ]
    switch = "poster-switch-off" if row.active else "poster-switch-on"
    buttons = (
        (turn.button("poster-send", f"adm:drawposter:{row.code}", tone="primary"),),
        (turn.button(switch, f"adm:switchposter:{row.code}"),),
        (turn.button("admin-to-list", "adm:posters:1"),),
    )
    return turn.reply("\n".join(line for line in lines if line), buttons)


def switch(turn: Turn, code: str) -> list[Reply]:
    """Let the code begin no more appeals, or let it again."""
    row = place_codes.find(turn.session, turn.municipality, code)
    if row is None:
        return gone(turn)
    row.active = not row.active
    return [_page(turn, row, turn.texts("poster-now-on" if row.active else "poster-now-off"))]


def send(turn: Turn, code: str) -> list[Reply]:
    """Send the poster as files; they are drawn after this."""
    row = place_codes.find(turn.session, turn.municipality, code)
    return _files(turn, row) if row else gone(turn)


def _files(turn: Turn, row: PlaceCode) -> list[Reply]:
    wanted, person = wanted_of(turn, row), turn.event.person
    drawn = tuple(
        made.make(
            turn.session,
            name=f"{turn.texts('poster-file', code=wanted.code)}{ending}",
            mime=mime,
            content=wanted.to_json(),
            author=f"{person.channel}:{person.account}",
            now=turn.now,
            purpose=PURPOSE,
        )
        for ending, mime in FORMS
    )
    text = "\n\n".join([turn.texts("poster-ready", place=wanted.place), *_warnings(turn)])
    return [Reply(to=turn.event.address, text=text, files=drawn)]


def _warnings(turn: Turn) -> list[str]:
    """What the poster lacks, and which setting would mend it."""
    settings = turn.settings
    is_local = settings.web_chat_on and not settings.public_url
    key = "poster-no-site" if settings.messengers else "poster-local-site"
    is_vector = settings.logo and settings.logo.suffix.lower() == ".svg"
    lacks = is_vector and settings.logo and not settings.logo.with_suffix(".png").is_file()
    told = {turn.texts(key): is_local, turn.texts("poster-no-logo"): lacks}
    return [text for text, holds in told.items() if holds]


# The form


def _name(turn: Turn, _draft: Draft, text: str) -> str:
    problem, _ = read_place(text)
    if problem:
        raise Invalid(turn.texts(problem))
    return text


def _is_pin(_turn: Turn, draft: Draft) -> bool:
    return not (draft.answers.get("adm_spot") or {}).get("text")


def _categories(turn: Turn, draft: Draft) -> list[Option]:
    none = Option(NO_TOPIC, turn.texts("poster-any-topic"))
    return [*categories(turn, draft), none]


def _has_category(_turn: Turn, draft: Draft) -> bool:
    return bool(draft.answers.get("adm_spot_category"))


def _topics(turn: Turn, draft: Draft) -> Sequence[Option]:
    category = turn.tree.category(draft.answers.get("adm_spot_category") or 0)
    topics = category.topics if category else ()
    return [Option(topic.id, topic.title) for topic in topics if topic.offered]


def _make(turn: Turn, draft: Draft) -> list[Reply]:
    spot, person = draft.answers["adm_spot"], turn.event.person
    place = Point(spot["lat"], spot["lon"], spot["text"] or draft.answers["adm_spot_name"])
    row = place_codes.make(
        turn.session,
        turn.municipality,
        place,
        draft.answers.get("adm_spot_topic"),
        f"{person.channel}:{person.account}",
        turn.now,
    )
    return [*_files(turn, row), _page(turn, row, turn.texts("poster-made"))]


def _cancelled(turn: Turn, _draft: Draft) -> list[Reply]:
    return show(turn)


ADD = Form(
    name="adm-poster",
    questions=(
        Place(name="adm_spot", ask="poster-ask-place"),
        Line(name="adm_spot_name", ask="poster-ask-name", parse=_name, applies=_is_pin),
        Choice(name="adm_spot_category", ask="poster-ask-category", options=_categories, columns=2),
        Choice(
            name="adm_spot_topic",
            ask="poster-ask-topic",
            options=_topics,
            applies=_has_category,
            after=("adm_spot_category",),
        ),
    ),
    done=_make,
    cancelled=_cancelled,
    too_late="admin-too-late",
)


def add(turn: Turn) -> list[Reply]:
    """Begin the form of a new place."""
    return begin(turn, ADD)
