"""The form that files an appeal; reads from top to bottom like the conversation."""

from typing import Any

from config.lengths import cut
from config.settings.channels import CHANNELS
from handlers.appeals import clocks
from handlers.appeals.card import files_of, new_card
from handlers.appeals.lifecycle import Actor, note, note_filed
from handlers.appeals.states import State
from handlers.appeals.topic_choice import (
    categories,
    categories_named,
    category_unsure,
    staff_chat_of,
    suggestion,
    topic_unsure,
    topics,
    topics_in_text,
    topics_named,
)
from handlers.corrections import tie_said
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Confirm, Files, Place, Question, all_files, always
from handlers.forms.form import Form
from handlers.kinds import days_of, kind_of
from handlers.residents.danger_notices import notice, with_call
from handlers.residents.ways import draft_names, filing_limits
from handlers.residents.ways.guesses import (
    KindChoice,
    Words,
    has_place,
    has_topic_to_choose,
    is_no_problem,
    kinds,
    needs_no_place,
    place_said,
    topic_of,
)
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

MOST_WORDS = 1_000  # of the description in the summary: the whole stands above in the chat


def summary(turn: Turn, draft: Draft) -> str:
    """All answers, before they are sent: the resident's own words first."""
    lines = [
        turn.texts("summary-line", title=turn.texts(question.title), answer=answer)
        for question in FORM.questions
        if question is not WHAT and question.title and question.applies(turn, draft)
        if (answer := _shown(turn, draft, question))
    ]
    if kind_of(turn, draft) == "problem" and not all_files(draft):
        lines += ["", turn.texts("summary-no-photo")]
    words = cut(draft.answers["what"], MOST_WORDS)
    return turn.texts("summary", words=words, lines="\n".join(lines))


def _shown(turn: Turn, draft: Draft, question: Question) -> str:
    if question is CATEGORY:
        topic = topic_of(turn, draft)
        return suggestion(turn, topic).label if topic else ""
    return question.show(turn, draft)


def pictures(turn: Turn, draft: Draft) -> tuple[int, ...]:
    """Return the photos beside the summary; elsewhere they stand above it, as they were sent."""
    channel, ids = turn.event.address.channel, all_files(draft)
    if not ids or not CHANNELS[channel].is_one_message:
        return ()
    files = kept_files.by_ids(turn.session, ids)
    return tuple(
        file.id for file in files if file.kind == "photo" and kept_files.is_there(file, channel)
    )


def edits(turn: Turn, draft: Draft) -> list[Question]:
    """Every answer can be edited, and added what was not asked."""
    return [q for q in FORM.questions if q.title and q.applies(turn, draft)]


def _asked(turn: Turn, draft: Draft, reply: Reply) -> Reply:
    """Every question to who is in danger ends with whom to call."""
    return with_call(turn, reply, draft.answers.get("what") or "")


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
        entry = note(turn, appeal, actor, "file", states=("", appeal.state))
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
    topic = topic_of(turn, draft)
    if topic is None:
        raise LookupError(f"topic {answers.get('topic')} of a complete draft is gone")
    kind = kind_of(turn, draft)
    days = days_of(turn.tree, kind, topic.id)
    is_done = kind == "thanks" and not dangers_in(answers["what"])
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
        kind=kind,
        topic_id=topic.id,
        topic=_row_of(turn, topic),
        text=answers["what"],
        place_text=place["text"],
        lat=place["lat"],
        lon=place["lon"],
        search_text=search.kept_text(number, answers["what"], place["text"]),
        words_kept=True,
        employee="",  # given, as all that the database has a default for: many are one statement
        employee_name="",
        state=State.CLOSED if is_done else State.NEW,
        closed_at=turn.now if is_done else None,
        department=topic.department,
        created_at=turn.now,
        state_at=turn.now,
        first_answer_due=clocks.first_answer_due(turn.now, days, turn.settings),
        deadline_at=clocks.deadline(turn.now, days, turn.settings),
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
    elif appeal.kind == "thanks":
        text = turn.texts("filed-thanks", number=appeal.number)
    else:
        text = turn.texts(
            "filed",
            number=appeal.number,
            kind=appeal.kind,
            first=turn.until(appeal.first_answer_due),
            until=turn.until(appeal.deadline_at),
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


PLACE = Place(
    name="place",
    ask="ask-place",
    title="title-place",
    applies=has_place,
    optional=needs_no_place,
    known=is_no_problem,
    propose=place_said,
    unasked=frozenset({"place", "text"}),
)
WHAT = Words(
    name="what",
    ask="ask-what",
    title="title-what",
    at_least=10,
    unasked=frozenset({"text"}),
    keeps=lambda turn, text: bool(turn.event.files or turn.services.suggester(turn.tree, text)),
    leaves=PLACE.takes_address,
    of_residents=True,
)
CATEGORY = Choice(
    name="category",
    ask="ask-category",
    ask_suggested="ask-topic-suggested",
    title="title-topic",
    options=categories,
    ask_named="ask-topic-named",
    not_named="topic-not-named",
    suggest=topics_in_text,
    named=categories_named,
    unsure=category_unsure,
    columns=2,
    applies=has_topic_to_choose,
)
FORM = Form(
    name="appeal",
    questions=(
        KindChoice(name="kind", ask="ask-kind", title="title-kind", options=kinds, known=always),
        WHAT,
        CATEGORY,
        Choice(
            name="topic",
            ask="ask-topic",
            ask_named="ask-topic-named",
            not_named="topic-not-named",
            options=topics,
            named=topics_named,
            unsure=topic_unsure,
            after=("category",),
            applies=has_topic_to_choose,
        ),
        PLACE,
        Files(
            name="files",
            ask="ask-files",
            title="title-files",
            optional=always,
            known=always,
            skip_label="files-none",
            unasked=frozenset({"files"}),
        ),
        Confirm(name="send", summary=summary, edits=edits, files=pictures),
    ),
    done=file_appeal,
    cancelled=cancelled,
    kept_when_cancelled=True,
    decorate=_asked,
)
