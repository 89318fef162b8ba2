"""Words after a message of ours: they answer what was asked, belong to its appeal, or are asked about."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.appeals.states import Action, State, allows
from handlers.residents import comments, my_appeals, which_appeal
from handlers.residents.ways.menu_rows import menu_rows
from handlers.showing import whole_number
from handlers.turn import Turn
from handlers.wording.small_talk import is_small_talk, without_greeting
from handlers.wording.yes_and_no import asks_for_news, mere_answer, tells_of_something, verdict
from storage import appeals
from storage.appeals import resident_words
from storage.messages import Reply
from storage.outbox.shown import Shown
from storage.people import residents
from storage.tables import Appeal

THANKS = ("спасибо", "благодар")
MOST = 5  # of live appeals that are asked about


def about_a_reply(turn: Turn, appeal: Appeal) -> list[Reply]:
    """A message that replies to one of ours about an appeal, or continues an album."""
    if (answered := _answer(turn, appeal)) is not None:
        return answered
    return comments.comment_from_event(turn, appeal)


def about_lately(turn: Turn, lately: Sequence[Shown]) -> list[Reply] | None:
    """A message that no form waits for: what it says to our last ones; None: it is something new."""
    event = turn.event
    if event.unreadable and not (event.text or event.files or event.place):
        return None
    told = _told_about(turn, lately)
    if asked := which_appeal.open_questions(turn, None):
        if len(asked) == 1 and (told is None or told.id == asked[0].id):
            return comments.comment_from_event(turn, asked[0])
        return which_appeal.ask_what_about(turn, _together([*asked, told]))
    return _about_long_ago(turn) if told is None else _about_told(turn, told, lately)


def _about_told(turn: Turn, told: Appeal, lately: Sequence[Shown]) -> list[Reply] | None:
    """A message after one of ours about that appeal, in which nobody was asked for words."""
    event = turn.event
    if (answered := _answer(turn, told)) is not None:
        return answered
    more = bool(event.files or event.place)
    if not more and not without_greeting(event.text):
        return None
    if told.state in appeals.OPEN and _employee_spoke(told, lately):
        live = _live(turn)
        if len(live) == 1:
            return comments.comment_from_event(turn, told, guessed=True)
        return which_appeal.ask_what_about(turn, _together([told, *live]))
    if not more and is_small_talk(event.text):
        return _kind_word(turn)
    if mere_answer(event.text) and told.state != State.ANSWERED:
        return [turn.reply(turn.texts("nothing-asked"), menu_rows(turn))]
    return which_appeal.ask_what_about(turn, [told])


def in_a_form(turn: Turn, lately: Sequence[Shown]) -> list[Reply] | None:
    """A message that a form waits for, after news of an appeal: None if it goes to the form.

    ``lately``: only what was said since the form's own question.
    """
    told = _told_about(turn, [shown for shown in lately if shown.reply.push])
    if told is None:
        return None
    if (answered := _answer(turn, told)) is not None:
        return answered
    return which_appeal.ask_what_about(turn, [told])


def another(turn: Turn, argument: str) -> list[Reply]:
    """The button under what was added without being asked about: it was of something else."""
    entries = resident_words.said_in_a_row(turn.session, whole_number(argument))
    appeal = my_appeals.own_appeal(turn, entries[0].appeal_id) if entries else None
    if appeal is None or any(entry.details.get("another") for entry in entries):
        return [turn.reply(turn.texts("form-old-button"), menu_rows(turn))]
    for entry in entries:
        entry.details = {**entry.details, "another": True}
    text = "\n".join(entry.text for entry in entries if entry.text)
    files = resident_words.files_of_entries(turn.session, entries)
    said = replace(turn, event=replace(turn.event, press="", text=text, message=""))
    relayed = comments.took_back(turn, appeal, text)
    return [*which_appeal.begin_new(turn, [said], files), relayed]


def _answer(turn: Turn, appeal: Appeal) -> list[Reply] | None:
    """What was said to "is it solved?"; None if it is neither yes nor no, or nothing was asked."""
    said = verdict(turn.event.text)
    if not said:
        return None
    if resident_words.last_act_of_employee(turn.session, appeal.id) == "interim":
        return None  # it may answer the words that came after the question
    if said == "yes" and appeal.state == State.ANSWERED and not turn.event.files:
        return my_appeals.solved(turn, appeal)
    if said == "no" and allows(appeal, Action.REOPEN, turn.now):
        is_asked = appeal.state == State.ANSWERED or not mere_answer(turn.event.text)
        is_new = _names_another_topic(turn, appeal)
        return my_appeals.not_solved(turn, appeal) if is_asked and not is_new else None
    return None


def _names_another_topic(turn: Turn, appeal: Appeal) -> bool:
    """Whether a "no" may be a new trouble: "не горит фонарь" after an answer about litter."""
    if not tells_of_something(turn.event.text):
        return False
    found = turn.services.suggester(turn.tree, turn.event.text)
    return bool(found) and appeal.topic_id not in {topic.id for topic in found}


def _told_about(turn: Turn, lately: Sequence[Shown]) -> Appeal | None:
    """The appeal that our last message about one was about."""
    tied = next((shown.reply.appeal for shown in lately if shown.reply.appeal), None)
    found = my_appeals.own_appeal(turn, tied)
    return found if found and found.state != State.WITHDRAWN else None


def _employee_spoke(appeal: Appeal, lately: Sequence[Shown]) -> bool:
    """Whether news of the appeal came last, and nothing but words about it since."""
    for shown in lately:
        if shown.reply.appeal != appeal.id:
            return False
        if shown.reply.push:
            return True
    return False


def _live(turn: Turn) -> list[Appeal]:
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    return resident_words.live_of_resident(turn.session, resident.id, MOST) if resident else []


def _together(found: Sequence[Appeal | None]) -> list[Appeal]:
    """Each once, in their order."""
    return list({one.id: one for one in found if one}.values())


def _about_long_ago(turn: Turn) -> list[Reply] | None:
    """Nothing was said of an appeal lately: a yes or a no, or a question when we come at last."""
    event = turn.event
    if event.files or event.place:
        return None
    said = verdict(event.text)
    if not said and not asks_for_news(event.text):
        return None
    live = _live(turn)
    answered = [one for one in live if one.state == State.ANSWERED] if said else []
    if len(answered) == 1 and (replies := _answer(turn, answered[0])) is not None:
        return replies
    if answered or (live and asks_for_news(event.text)):
        return which_appeal.ask_what_about(turn, answered or live)
    if mere_answer(event.text):
        return [turn.reply(turn.texts("nothing-asked"), menu_rows(turn))]
    return None


def _kind_word(turn: Turn) -> list[Reply]:
    thanked = any(word in turn.event.text.lower() for word in THANKS)
    return [turn.reply(turn.texts("welcome" if thanked else "menu"), menu_rows(turn))]
