"""Forms of a card's buttons: question, answer, forwarding, reason, topic."""

from collections.abc import Callable
from dataclasses import replace

from handlers.appeals import delivery_news
from handlers.appeals.card import card, files_of, new_card, said_buttons, topic_label
from handlers.appeals.lifecycle import Actor, NotAllowed, apply, note, set_kind
from handlers.appeals.states import SAID, Action, allows
from handlers.appeals.topic_choice import (
    categories,
    categories_named,
    staff_chat_of,
    topics,
    topics_in_text,
    topics_named,
)
from handlers.attachments import MOST_FILES
from handlers.corrections import tie_said
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Confirm, Option, Text
from handlers.forms.form import Form
from handlers.forms.message_form import contents, message_form
from handlers.kinds import kind_of_topic
from handlers.showing import in_rows
from handlers.staff import bans
from handlers.staff.mending import CORRECT, RESUME
from handlers.staff.prompts import cancelled, not_allowed, subject, under_its_card
from handlers.turn import Turn
from storage import files as kept_files
from storage.appeals.organisations import that_have_some
from storage.messages import Reply
from storage.tables import Appeal

MOST_BEGUN = 5  # forms of one employee
MOST_ORGANISATIONS = 10  # on buttons
# Reasons to decline (domain page); where another body is competent, "forward" is the way.
REASONS = ("off_topic", "no_facts", "answered_before", "obscene", "private_dispute")


def starter(form: Form) -> Callable[[Turn, Appeal], list[Reply]]:
    """Return the act of the card's button: begin the form, or go on with the one begun."""

    def start(turn: Turn, found: Appeal) -> list[Reply]:
        if not _may_begin(turn, form, found):
            return not_allowed(turn, found)
        draft = form.draft_about(turn, found.id)
        if form.name == "topic":
            draft.answers = {
                "what": found.text,
                "kind": found.kind,
            }  # what the suggestions are made from
        take_up(turn, draft)
        return form.prompt(turn, draft)

    return start


def _may_begin(turn: Turn, form: Form, found: Appeal) -> bool:
    if form is TOPIC:
        return True
    if form is CORRECT:
        return found.state in SAID
    return allows(found, Action(form.name), turn.now)


def take_up(turn: Turn, draft: Draft) -> None:
    """Make it the one that the employee's next message goes to.

    The others wait aside: a press on their buttons or a reply to their question takes them up.
    """
    others = [d for d in turn.dialogue.of(FORMS) if d.key != draft.key]
    for other in others:
        other.put_aside()
    for oldest in others[: -MOST_BEGUN + 1]:
        turn.dialogue.drop(oldest)
    turn.dialogue.activate(draft)


def _finish(
    turn: Turn, draft: Draft, action: Action, text: str, files: tuple[int, ...] = (), **details: str
) -> list[Reply]:
    """Apply the action; where the state has changed meanwhile, give the text back."""
    found = subject(turn, draft)
    actor = Actor.of(turn.event, "employee")
    try:
        changed = apply(turn, found, action, actor, text=text, files=files, details=details)
    except NotAllowed:
        refusal, *rest = not_allowed(turn, found)
        kept = turn.texts("staff-text-back", text=text)
        return [refusal.and_then(kept) if text else refusal, *rest]
    entries = [reply.entry for reply in changed if reply.entry]
    tie_said(turn, draft, found, entries[0] if entries else None)
    is_kept = found.resident.awaits_first_word and action != Action.FORWARD
    key = "staff-kept" if is_kept else f"staff-done-{action}"
    word = turn.reply(turn.texts(key, number=found.number, **details))
    word = word.and_then(delivery_news.waiting_word(turn, found))
    rows = in_rows(said_buttons(turn, found), 2)
    return [replace(word, rows=rows, appeal=found.id, under_card=True), *changed]


def _send_question(turn: Turn, draft: Draft) -> list[Reply]:
    text, files = contents(draft)
    return _finish(turn, draft, Action.ASK, text, files)


def _send_answer(turn: Turn, draft: Draft) -> list[Reply]:
    text, files = contents(draft)
    return _finish(turn, draft, Action.ANSWER, text, files)


def _send_forward(turn: Turn, draft: Draft) -> list[Reply]:
    return _finish(turn, draft, Action.FORWARD, "", org=draft.answers["org"])


def _send_refusal(turn: Turn, draft: Draft) -> list[Reply]:
    text, files = contents(draft)
    return _finish(
        turn, draft, Action.DECLINE, text, files, reason=reason_given(turn, draft)["reason"]
    )


def _change_topic(turn: Turn, draft: Draft) -> list[Reply]:
    found = subject(turn, draft)
    topic = turn.tree.topic(draft.answers["topic"])
    if topic is None:
        raise LookupError("the topic of a complete draft is gone")
    old_chat, old_card = found.staff_chat_id, card(turn, found)
    before = topic_label(found)
    kind = kind_of_topic(turn.tree, topic.id) or (
        "problem" if found.kind == "thanks" else found.kind
    )
    found.topic_id = topic.id
    set_kind(turn, found, kind)
    found.department = topic.department
    found.staff_chat = staff_chat_of(turn, topic)
    turn.session.flush()
    turn.session.refresh(found, ["topic", "staff_chat"])
    after = topic_label(found)
    note(turn, found, Actor.of(turn.event, "employee"), "topic", text=f"{before} ⇒ {after}")
    replies = [turn.reply(turn.texts("staff-topic-changed", number=found.number, topic=after))]
    if found.staff_chat_id == old_chat:
        return [*replies, card(turn, found)]
    left = turn.texts("card-moved", number=found.number, topic=after)
    return [
        *replies,
        replace(old_card, text=left, rows=()),
        new_card(turn, found),
        *files(turn, found),
    ]


def files(turn: Turn, found: Appeal) -> list[Reply]:
    """The appeal's files, as an answer to its card."""
    ids = tuple(file.id for file in kept_files.of_appeal(turn.session, found.id))[:MOST_FILES]
    return [files_of(turn, found, ids)] if ids else []


def reasons(turn: Turn, _draft: Draft) -> list[Option]:
    """The reasons to decline."""
    return [Option(reason, turn.texts(f"reason-{reason}")) for reason in REASONS]


def reason_given(turn: Turn, draft: Draft) -> dict[str, str]:
    """Why it is declined, in the words that the resident reads."""
    return {"reason": turn.texts(f"reason-{draft.answers['reason']}"), **kind_given(turn, draft)}


def kind_given(turn: Turn, draft: Draft) -> dict[str, str]:
    """The kind of the appeal, for the texts that differ by it."""
    return {"kind": subject(turn, draft).kind}


def alternatives(turn: Turn, draft: Draft) -> tuple[str, ...]:
    """The usual text for that reason."""
    reason = draft.answers.get("reason")
    return (turn.texts(f"alternative-{reason}"),) if reason else ()


def organisations(turn: Turn, draft: Draft) -> tuple[str, ...]:
    """Those that have appeals of the town; the same as long as the question stands."""
    if "orgs" not in draft.notes:
        found = that_have_some(turn.session, turn.municipality.id, MOST_ORGANISATIONS)
        draft.notes["orgs"] = found
    return tuple(draft.notes["orgs"])


ASK = message_form(
    "ask",
    "staff-ask-text",
    "staff-ask-summary",
    _send_question,
    cancelled=cancelled,
    decorate=under_its_card,
    in_pieces=False,
)
ANSWER = message_form(
    "answer",
    "staff-answer-text",
    "staff-answer-summary",
    _send_answer,
    cancelled=cancelled,
    known=kind_given,
    decorate=under_its_card,
    in_pieces=False,
)
DECLINE = message_form(
    "decline",
    "staff-alternative",
    "staff-decline-summary",
    _send_refusal,
    cancelled=cancelled,
    before=(Choice(name="reason", ask="staff-reason", title="title-reason", options=reasons),),
    presets=alternatives,
    known=reason_given,
    decorate=under_its_card,
    in_pieces=False,
)
FORWARD = Form(
    name="forward",
    questions=(
        Text(
            name="org",
            ask="staff-org",
            title="title-org",
            at_least=2,
            at_most=200,
            presets=organisations,
        ),
        Confirm(
            name="send",
            summary=lambda turn, draft: turn.texts(
                "staff-forward-summary", org=draft.answers["org"], **kind_given(turn, draft)
            ),
        ),
    ),
    done=_send_forward,
    cancelled=cancelled,
    decorate=under_its_card,
    too_late="staff-too-late",
)
TOPIC = Form(
    name="topic",
    questions=(
        Choice(
            name="category",
            ask="staff-category",
            ask_suggested="staff-topic-suggested",
            options=categories,
            ask_named="ask-topic-named",
            not_named="topic-not-named",
            suggest=topics_in_text,
            named=categories_named,
            columns=2,
        ),
        Choice(
            name="topic",
            ask="ask-topic",
            ask_named="ask-topic-named",
            not_named="topic-not-named",
            options=topics,
            named=topics_named,
            after=("category",),
        ),
    ),
    done=_change_topic,
    cancelled=cancelled,
    decorate=under_its_card,
    too_late="staff-too-late",
)
CARD_FORMS: dict[str, Form] = {
    form.name: form for form in (ASK, ANSWER, DECLINE, FORWARD, TOPIC, CORRECT, RESUME)
}
FORMS: dict[str, Form] = {**CARD_FORMS, **bans.FORMS}
