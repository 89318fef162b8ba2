"""The form that files an appeal; reads from top to bottom like the conversation."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from config.texts import Texts
from handlers.appeals import clocks
from handlers.appeals.card import files_of, new_card
from handlers.appeals.lifecycle import Actor, note, note_filed
from handlers.appeals.states import State
from handlers.appeals.topic_choice import (
    categories,
    categories_named,
    category_unsure,
    staff_chat_of,
    topic_unsure,
    topics,
    topics_in_text,
    topics_named,
)
from handlers.corrections import tie_said
from handlers.drafts import Draft
from handlers.forms.ask import (
    Choice,
    Confirm,
    Files,
    Option,
    Place,
    Question,
    Text,
    all_files,
    always,
)
from handlers.forms.form import Form
from handlers.residents import filing_limits
from handlers.residents.danger_notices import notice
from handlers.residents.ways import draft_names
from handlers.residents.ways.menu_rows import aside_rows, menu_rows
from handlers.showing import in_rows
from handlers.turn import Turn
from handlers.wording.danger import dangers_in
from storage import files as kept_files
from storage.appeals import filing, search
from storage.messages import Reply
from storage.people import residents
from storage.tables import Appeal, Topic
from storage.town.tree import TopicNode

KINDS = ("problem", "suggestion", "question", "thanks")


def kinds(turn: Turn, _draft: Draft) -> Sequence[Option]:
    """The four kinds of a message."""
    return _kinds(turn.texts)


@lru_cache(maxsize=4)  # every answer of a form asks for them
def _kinds(texts: Texts) -> Sequence[Option]:
    return [Option(kind, texts(f"kind-{kind}")) for kind in KINDS]


def needs_no_place(turn: Turn, draft: Draft) -> bool:
    """Only a problem has a place for sure, and not on every topic."""
    topic = turn.tree.topic(draft.answers.get("topic", 0))
    return draft.answers.get("kind") != "problem" or (topic is not None and not topic.needs_place)


def summary(turn: Turn, draft: Draft) -> str:
    """All answers, before they are sent."""
    lines = [
        turn.texts("summary-line", title=turn.texts(question.title), answer=answer)
        for question in FORM.questions
        if question.title and (answer := question.show(turn, draft))
    ]
    return turn.texts("summary", lines="\n".join(lines))


def edits(turn: Turn, draft: Draft) -> list[Question]:
    """Every answer can be edited; a suggested topic's category is a step of its own."""
    return [q for q in FORM.questions if q.title and q.applies(turn, draft)]


def file_appeal(turn: Turn, draft: Draft) -> list[Reply]:
    """Make the draft an appeal: number, deadline, card; tell the resident what happens next.

    The draft's key is unique among appeals, so a draft is filed once whatever is pressed twice.
    """
    key = f"{turn.event.address}:{draft.key}"
    if told := told_if_filed(turn, draft.key):
        return told
    resident = residents.find_or_add(
        turn.session, turn.municipality.id, turn.event.member, turn.now
    )
    if why_not := filing_limits.why_not(turn, resident):
        return _not_now(turn, draft, why_not)
    appeal = _new_appeal(turn, draft, key)
    appeal.resident = resident
    filing.add(turn.session, appeal)
    search.keep(turn.session, [appeal])
    files = all_files(draft)
    actor = Actor.of(turn.event, "resident")
    if files:
        turn.session.flush()  # the appeal first: its history refers to it
        entry = note(turn, appeal, actor, "file", states=("", State.NEW))
        kept_files.attach(turn.session, files, appeal.id, entry.id)
    else:
        note_filed(turn, appeal, actor)
    filing_limits.note_filed(turn)
    tie_said(turn, draft, appeal)
    replies = [_filed(turn, appeal), new_card(turn, appeal, len(draft.answers.get("files") or ()))]
    if files:
        replies.append(files_of(turn, appeal, files))
    return replies


def _not_now(turn: Turn, draft: Draft, why_not: str) -> list[Reply]:
    """Too many were filed: the draft waits, as complete as it is."""
    draft.answers.pop("send", None)
    turn.dialogue.activate(draft)
    return FORM.prompt(turn, draft, why_not)


def told_if_filed(turn: Turn, draft_key: str) -> list[Reply]:
    """The answer to a second press on "send"; empty if the draft is not filed."""
    to = turn.event.address
    appeal = filing.by_draft(turn.session, f"{to}:{draft_key}")
    if appeal is None:
        return []
    text = turn.texts("already-filed", number=appeal.number)
    return [Reply(to=to, text=text, rows=menu_rows(turn), appeal=appeal.id)]


def _new_appeal(turn: Turn, draft: Draft, key: str) -> Appeal:
    answers: dict[str, Any] = draft.answers
    topic = turn.tree.topic(answers["topic"])
    if topic is None:
        raise LookupError(f"topic {answers['topic']} of a complete draft is gone")
    year = turn.now.astimezone(turn.settings.zone).year
    serial = filing.next_serial(turn.session, turn.municipality, year)
    number = f"{turn.settings.number_prefix}-{year % 100:02}-{serial:06}"
    place = answers.get("place") or {"lat": None, "lon": None, "text": ""}
    return Appeal(
        municipality_id=turn.municipality.id,
        draft_key=key,
        year=year,
        serial=serial,
        number=number,
        kind=answers["kind"],
        topic_id=topic.id,
        topic=_row_of(turn, topic),
        text=answers["what"],
        place_text=place["text"],
        lat=place["lat"],
        lon=place["lon"],
        search_text=search.kept_text(number, answers["what"], place["text"]),
        words_kept=True,
        state=State.NEW,
        department=topic.department,
        created_at=turn.now,
        state_at=turn.now,
        first_answer_due=clocks.first_answer_due(turn.now, topic.days, turn.settings),
        deadline_at=clocks.deadline(turn.now, topic.days, turn.settings),
        staff_chat=staff_chat_of(turn, topic),
    )


def _row_of(turn: Turn, topic: TopicNode) -> Topic:
    with turn.session.no_autoflush:  # appeals that are new go in together
        row = turn.session.get(Topic, topic.id)
    if row is None:
        raise LookupError(f"topic {topic.id} of the tree is gone")
    return row


def _filed(turn: Turn, appeal: Appeal) -> Reply:
    if dangers := dangers_in(appeal.text):  # nobody in danger is told to wait for Monday
        told = notice(turn, dangers)
        text = turn.texts("filed-danger", number=appeal.number, notice=told)
    else:
        text = turn.texts(
            "filed",
            number=appeal.number,
            first=turn.time(appeal.first_answer_due),
            date=turn.date(appeal.deadline_at),
        )
    buttons = [
        turn.button("resident-add", f"comment:{appeal.id}"),
        turn.button("menu-my", "my:1"),
        turn.button("menu-report", "new:appeal"),
    ]
    return Reply(to=turn.event.address, text=text, rows=in_rows(buttons, 2), appeal=appeal.id)


def cancelled(turn: Turn, draft: Draft) -> list[Reply]:
    """After "cancel": a draft with content waits for whoever pressed by mistake."""
    if not draft.has_content:
        return [turn.reply(turn.texts("draft-none"), menu_rows(turn))]
    words = draft_names.words_of(draft)
    key = "draft-aside-words" if words else "draft-aside"
    return [turn.reply(turn.texts(key, words=words), aside_rows(turn))]


FORM = Form(
    name="appeal",
    questions=(
        Choice(name="kind", ask="ask-kind", title="title-kind", options=kinds),
        Text(
            name="what",
            ask="ask-what",
            title="title-what",
            at_least=10,
            unasked=frozenset({"text"}),
            keeps=lambda turn, text: bool(
                turn.event.files or turn.services.suggester(turn.tree, text)
            ),
        ),
        Choice(
            name="category",
            ask="ask-category",
            ask_suggested="ask-topic-suggested",
            title="title-category",
            options=categories,
            ask_named="ask-topic-named",
            not_named="topic-not-named",
            suggest=topics_in_text,
            named=categories_named,
            unsure=category_unsure,
            columns=2,
            after=("kind",),
        ),
        Choice(
            name="topic",
            ask="ask-topic",
            ask_named="ask-topic-named",
            not_named="topic-not-named",
            title="title-topic",
            options=topics,
            named=topics_named,
            unsure=topic_unsure,
            after=("category",),
        ),
        Place(
            name="place",
            ask="ask-place",
            title="title-place",
            optional=needs_no_place,
            unasked=frozenset({"place"}),
        ),
        Files(
            name="files",
            ask="ask-files",
            title="title-files",
            optional=always,
            skip_label="files-none",
            unasked=frozenset({"files"}),
        ),
        Confirm(name="send", summary=summary, edits=edits),
    ),
    done=file_appeal,
    cancelled=cancelled,
    kept_when_cancelled=True,
)
