"""Answers to a resident in a private chat, and the part of the program that gives each."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.appeals.subject import subject_of
from handlers.audience import Audience
from handlers.drafts import Draft
from handlers.forms.ask import plain, press_of
from handlers.forms.finished import told_too_late
from handlers.forms.form import Form
from handlers.residents import (
    comments,
    consent,
    filing,
    follow_ups,
    intents,
    my_appeals,
    which_appeal,
)
from handlers.residents.accounts import coming, homes, joining, parting
from handlers.residents.arriving import handover, newly_met, posters
from handlers.residents.danger_notices import with_notice
from handlers.residents.menu import COMMANDS, PRESSES, menu_words, old_labels
from handlers.residents.open_forms import (
    FORMS,
    ask_again,
    back_to,
    code_said,
    in_hand,
    is_asked_last,
    shown_since,
    then_go_on,
)
from handlers.residents.unasked import appeal_in_hand, take_in
from handlers.residents.ways import formal
from handlers.residents.ways.menu_rows import menu_rows
from handlers.screen import last_asked
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage import outbox
from storage.inbox import events
from storage.messages import Event, Reply
from storage.outbox.shown import Shown
from storage.people import bans, residents
from storage.tables import Appeal, Reached

AT_ONCE = timedelta(seconds=20)  # nobody reads news and answers them sooner


def turn_resident(turn: Turn) -> list[Reply]:
    """Answer one event of a private chat."""
    event = turn.event
    resident = residents.find_or_add(turn.session, turn.municipality.id, event.member, turn.now)
    here = coming.way_here(turn, resident)
    _note_blocked(turn, here, blocked=event.change == "blocked")
    if event.change == "blocked":
        homes.leave(turn, resident, here.address)
        return []
    met = newly_met.take_along(turn, here) if here.awaits_first_word else []
    if event.change == "unblocked" and not event.start:
        return met
    if event.address.channel not in turn.settings.without_dialogue:
        met += coming.come(turn, resident, here)
    turn.consented = bool(resident.consent_at) and not resident.withdrawn_at
    if handover.is_due(turn):
        replies = handover.answer(turn, resident)
    elif not turn.consented:
        replies = newly_met.before_consent(turn, resident)
    else:
        resident.name = event.person.name[:200] or resident.name
        replies = joining.begin(turn) or _answer(turn)
    return with_notice(turn, handover.take_up(turn, [*met, *replies]))


def _answer(turn: Turn) -> list[Reply]:
    by_code = posters.is_by_code(turn)
    return posters.answer(turn, RESIDENTS.answer) if by_code else RESIDENTS.answer(turn)


def turn_banned(turn: Turn) -> list[Reply]:
    """Answer whom the staff has banned: personal data may still be taken away, nothing else.

    Who asks why the bot is silent is told once a day.
    """
    event = turn.event
    if event.change:
        return turn_resident(turn)
    if _asks_deletion(event):
        return consent.DELETE.begin(turn)
    draft = turn.dialogue.with_key(press_of(event.press)[2])
    if draft and draft.form == consent.DELETE.name:
        return consent.DELETE.answer(turn, draft)
    return _tell_of_ban(turn) if asks_for_help(event) else []


def _tell_of_ban(turn: Turn) -> list[Reply]:
    person = turn.event.person
    mark = bans.mark_of(turn.municipality.delivery_salt, person.channel, person.account)
    told = f"ban-told:{turn.today}:{mark}"
    ban = bans.of(turn.session, mark)
    if ban is None or events.seen(turn.session, person.channel, [told]):
        return []
    events.mark_seen(turn.session, person.channel, told, turn.now)
    return [turn.reply(turn.texts("banned", reason=ban.reason, ways=formal_ways(turn)))]


def asks_for_help(event: Event) -> bool:
    """Whether somebody wants to know what the bot does, or why it does nothing."""
    return event.text.strip().lower() in {"/start", "/help"} and not event.edited


def may_take_data_away(event: Event) -> bool:
    """Whether ``turn_banned`` may answer: nothing else of a banned account needs to come in."""
    ways = ("send=yes#", "form=cancel.")
    return bool(event.change) or _asks_deletion(event) or event.press.startswith(ways)


def _asks_deletion(event: Event) -> bool:
    return event.text.strip().lower() == "/delete_me"


def _note_blocked(turn: Turn, here: Reached, *, blocked: bool) -> None:
    """Whether the messenger delivers to them; what it did not deliver meanwhile goes out again."""
    if (here.blocked_at and not blocked) or turn.event.change == "unblocked":
        outbox.revive(turn.session, here.address, turn.now)
    here.blocked_at = (here.blocked_at or turn.now) if blocked else None


def _message(turn: Turn) -> list[Reply]:
    event = turn.event
    if event.edited:
        return _edited(turn)
    replies = _go_on(turn)
    if replies is not None or (replies := code_said(turn)):
        return replies
    if found := my_appeals.own_appeal(turn, subject_of(turn).appeal_id):
        return follow_ups.about_a_reply(turn, found)
    if chosen := menu_words(turn).get(plain(event.text)):
        return chosen(turn)
    if (replies := intents.answer(turn)) is not None:
        return replies
    held = in_hand(turn)
    if held and held[1].dropped_when_ignored and not held[1].expects(turn, held[0]):
        if is_asked_last(turn, *held):
            return held[1].answer(turn, held[0])
        turn.dialogue.drop(held[0])
        held = in_hand(turn)
    if held is None:
        return _unasked(turn)
    draft, form = held
    replies = _asked_since(turn, draft, form)
    return then_go_on(turn, draft, form.answer(turn, draft)) if replies is None else replies


def _edited(turn: Turn) -> list[Reply]:
    """A correction of what was said about an appeal, or to a form; of anything else it is nothing."""
    if found := my_appeals.own_appeal(turn, subject_of(turn).appeal_id):
        return comments.correct(turn, found)
    held = in_hand(turn)
    for draft in turn.dialogue.of(FORMS):
        if not draft.has_from(turn.event.message):
            continue
        if held and held[0] is draft:
            return then_go_on(turn, draft, FORMS[draft.form].answer(turn, draft))
        words = FORMS[draft.form].correct(turn, draft)
        return [turn.reply("\n\n".join(words))] if words else []
    return told_too_late(turn, FORMS)


def _go_on(turn: Turn) -> list[Reply] | None:
    """Put a further piece of a long message to the first; None: it is none."""
    if (long := turn.continues) is None:
        return None
    if long.appeal and (found := my_appeals.own_appeal(turn, long.appeal)):
        return comments.comment_from_event(turn, found)
    draft = turn.dialogue.with_key(long.draft)
    if draft is None or draft.form not in FORMS or not FORMS[draft.form].goes_on(turn, draft):
        turn.continues = None
        return None
    return then_go_on(turn, draft, FORMS[draft.form].answer(turn, draft))


def _asked_since(turn: Turn, draft: Draft, form: Form) -> list[Reply] | None:
    """The answer to a message that is rather for what was said since the form's own question."""
    if form is which_appeal.FORM:
        return None
    if form.expects(turn, draft):
        return _of_newer(turn, draft)
    if asked := which_appeal.open_questions(turn, draft):
        return which_appeal.ask_what_about(turn, asked)
    since = _read_since(turn, draft)
    if not since:
        return None
    if (replies := _pressed(turn, since)) is None:
        replies = follow_ups.in_a_form(turn, since)
    return None if replies is None else back_to(turn, draft, replies)


def _of_newer(turn: Turn, draft: Draft) -> list[Reply] | None:
    """A number or a yes may be for a menu that was asked for in the middle of the form."""
    asked_for = [one for one in _read_since(turn, draft) if not one.reply.push]
    replies = _pressed(turn, asked_for) if asked_for else None
    return None if replies is None else back_to(turn, draft, replies)


def _read_since(turn: Turn, draft: Draft) -> Sequence[Shown]:
    """Our messages since the form's question, if there was time to read any."""
    at = draft.asked_at
    return () if at is None or turn.now - at < AT_ONCE else shown_since(turn, at)


def _unasked(turn: Turn) -> list[Reply]:
    """No form waits for it: it is about what we said last, or it is something new."""
    lately = last_asked.said_lately(turn)
    replies = _pressed(turn, lately)
    if replies is None:
        replies = follow_ups.about_lately(turn, lately)
    if replies is not None:
        return replies
    if not turn.event.files and plain(turn.event.text) in old_labels(turn.texts):
        return _old_button(turn)
    heard = take_in(turn)
    if heard.further:
        return []
    if draft := appeal_in_hand(turn):
        return filing.FORM.prompt(turn, draft, *heard.words)
    return [turn.reply("\n\n".join([*heard.words, turn.texts("menu")]), menu_rows(turn))]


def _pressed(turn: Turn, lately: Sequence[Shown]) -> list[Reply] | None:
    """The answer to the button whose label was typed; None if the message is no label.

    Where a question waits for words only the whole label counts: "1" may be the answer.
    """
    press = last_asked.press_said(turn, lately)
    if not press:
        return None
    if which_appeal.open_questions(turn, None) and not last_asked.is_label(turn, lately):
        return None
    turn.event = turn.event.pressing(press)
    return RESIDENTS.answer(turn)


def _in_form(turn: Turn, draft: Draft) -> list[Reply]:
    turn.dialogue.activate(draft)
    return then_go_on(turn, draft, FORMS[draft.form].answer(turn, draft))


def _unknown_draft(turn: Turn) -> list[Reply]:
    """A button of a form that is no more: filed already, or an old one."""
    key = press_of(turn.event.press)[2]
    return filing.told_if_filed(turn, key) or _old_button(turn)


def _old_button(turn: Turn) -> list[Reply]:
    return ask_again(turn, turn.texts("form-old-button"))


def _unknown_command(turn: Turn) -> list[Reply]:
    return ask_again(turn, turn.texts("unknown-command"))


def _not_theirs(turn: Turn) -> list[Reply]:
    return [turn.reply(turn.texts("appeal-not-yours"), menu_rows(turn))]


RESIDENTS: Audience[Appeal] = Audience(
    forms=FORMS,
    commands=COMMANDS,
    presses=PRESSES,
    verbs={
        "my": my_appeals.listing,
        "another": follow_ups.another,
        "start": posters.begin_anew,
        "link:part": parting.ask,
        parting.NOT_ME: parting.not_me,
    },
    about={
        "appeal": my_appeals.page,
        "comment": my_appeals.start_comment,
        "formal": formal.of_appeal,
        "withdraw": my_appeals.start_withdrawal,
        "solved": my_appeals.solved,
        "reopen": my_appeals.start_reopening,
    },
    find=my_appeals.named,
    in_form=_in_form,
    message=_message,
    unknown_command=_unknown_command,
    unknown_draft=_unknown_draft,
    unknown_press=_old_button,
    unknown_subject=_not_theirs,
)
