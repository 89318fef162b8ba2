"""What the bot says to a resident in a private chat: menu, help, drafts, and who answers what."""

from collections.abc import Callable

from handlers import appeal, my_appeals, privacy
from handlers.appeal import draft_rows, menu_rows
from handlers.dialogue import Draft
from handlers.emergencies import is_emergency
from handlers.form import Form
from handlers.lifecycle import NotAllowed
from handlers.messages import Reply
from handlers.questions import pieces_of, press_of, unreadable_text
from handlers.turn import Turn
from storage import appeals, chat_messages, residents
from storage.models import Appeal, Resident

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        appeal.FORM,
        my_appeals.COMMENT,
        my_appeals.REOPEN,
        my_appeals.WITHDRAW,
        privacy.DELETE,
    )
}


def turn_resident(turn: Turn) -> list[Reply]:
    """Answer one event of a private chat. The 112 notice comes before anything else."""
    event = turn.event
    resident = residents.find_or_add(
        turn.session,
        turn.municipality.id,
        event.person.channel,
        event.person.account,
        event.address.chat,
        turn.now,
    )
    if event.change in ("blocked", "unblocked"):
        resident.blocked_at = turn.now if event.change == "blocked" else None
        return []
    resident.blocked_at = None
    replies: list[Reply] = []
    if is_emergency(event.text) and not event.edited:
        numbers = turn.settings.emergency_numbers
        replies.append(turn.reply(turn.texts("emergency", numbers=numbers).strip()))
    if not resident.consent_at or resident.withdrawn_at:
        return replies + _before_consent(turn, resident)
    if event.person.name:
        resident.name = event.person.name[:200]
    return replies + _answer(turn)


def _before_consent(turn: Turn, resident: Resident) -> list[Reply]:
    """Ask for consent; what came with the first message waits in a draft."""
    press = turn.event.press
    said = turn.event.text.strip().casefold()
    if press == "consent:yes" or said in {"согласен", "согласна", "да", "согласие"}:
        privacy.give_consent(turn, resident)
        return _after_consent(turn)
    if press == "consent:no" or said in {"не согласен", "не согласна", "нет"}:
        return privacy.refuse_consent(turn, resident)
    words: list[str] | None = []
    if not turn.event.text.startswith("/"):
        words = _into_draft(turn)
    if words is None:
        return []
    replies = privacy.ask_consent(turn, resident)
    if draft := turn.dialogue.active:
        kept = turn.texts("consent-kept") if draft.has_content else ""
        lead = "\n\n".join(word for word in (kept, *words) if word)
        if lead:
            replies.insert(-1, turn.reply(lead))
    return replies


def _into_draft(turn: Turn) -> list[str] | None:
    """Take what came as an appeal's beginning: words to say, None for a further album part."""
    draft = turn.dialogue.active
    if draft is None:
        if not _worth_a_draft(turn):
            return [unreadable_text(turn)] if turn.event.unreadable else []
        draft = Draft(appeal.FORM.name, turn.world.new_key())
        turn.dialogue.activate(draft)
    words = appeal.FORM.hear(turn, draft)
    text = turn.event.text.strip()
    if "what" not in draft.answers and text and "part" not in draft.notes:
        draft.notes["part"] = {"question": "what", "text": text}
    return words


def _worth_a_draft(turn: Turn) -> bool:
    """Files, a pin, a sentence, or a word that names a topic; a mere "hello" is not."""
    pieces = pieces_of(turn.event) - {"press"}
    if pieces - {"text"}:
        return True
    text = turn.event.text.strip()
    enough = appeal.FORM.question("what")
    return bool(text) and (
        len(text) >= getattr(enough, "at_least", 10) or bool(turn.world.suggester(turn.tree, text))
    )


def _after_consent(turn: Turn) -> list[Reply]:
    thanks = turn.texts("consent-given")
    if draft := turn.dialogue.active:
        return FORMS[draft.form].prompt(turn, draft, thanks)
    return [turn.reply(f"{thanks}\n\n{turn.texts('menu')}", menu_rows(turn))]


def _answer(turn: Turn) -> list[Reply]:
    event = turn.event
    if event.text.startswith("/") and not event.edited:
        return _command(turn)
    if subject := _subject_of_reply(turn):
        return my_appeals.comment_from_event(turn, subject)
    if event.press:
        return _press(turn)
    if (draft := turn.dialogue.active) and (form := FORMS.get(draft.form)):
        return _then_go_on(turn, draft, form.answer(turn, draft))
    if event.edited:
        return []
    asked = _asked_about(turn)
    if len(asked) == 1:
        return my_appeals.comment_from_event(turn, asked[0])
    words = _into_draft(turn)
    if words is None:
        return []
    if draft := turn.dialogue.active:
        return appeal.FORM.prompt(turn, draft, *words)
    return [turn.reply("\n\n".join([*words, turn.texts("menu")]), menu_rows(turn))]


def _then_go_on(turn: Turn, draft: Draft, replies: list[Reply]) -> list[Reply]:
    """After a short form, back to what it interrupted."""
    rest = turn.dialogue.active
    if turn.dialogue.with_key(draft.key) or rest is None or not rest.has_content:
        return replies
    return replies + FORMS[rest.form].prompt(turn, rest, turn.texts("draft-back"))


def _subject_of_reply(turn: Turn) -> Appeal | None:
    """The resident's appeal that the message replies to, corrects, or continues an album of."""
    event = turn.event
    channel, chat = event.address.channel, event.address.chat
    found: int | None = None
    if event.press:
        return None
    if event.reply_to:
        found = chat_messages.appeal_of(turn.session, channel, chat, event.reply_to)
    elif event.edited and event.message:
        found = chat_messages.appeal_of(turn.session, channel, chat, event.message)
    elif event.album:
        found = chat_messages.appeal_of_album(turn.session, channel, chat, event.album)
    return my_appeals.own_appeal(turn, found)


def _asked_about(turn: Turn) -> list[Appeal]:
    person = turn.event.person
    resident = residents.find(turn.session, person.channel, person.account)
    return appeals.awaiting_info(turn.session, resident.id) if resident else []


# Commands and buttons


def _menu(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.find("appeal")
    if draft and draft.has_content:
        return [turn.reply(turn.texts("draft-found"), draft_rows(turn))]
    return [turn.reply(turn.texts("menu"), menu_rows(turn))]


def _help(turn: Turn) -> list[Reply]:
    text = turn.texts("help", ways=privacy.formal_ways(turn))
    return [turn.reply(text, menu_rows(turn))]


def _new(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.find("appeal")
    if draft and draft.has_content:
        return [turn.reply(turn.texts("draft-found"), draft_rows(turn))]
    return _begin(turn)


def _begin(turn: Turn) -> list[Reply]:
    turn.dialogue.drafts = [d for d in turn.dialogue.drafts if d.form != "appeal"]
    draft = Draft("appeal", turn.world.new_key())
    turn.dialogue.activate(draft)
    return appeal.FORM.prompt(turn, draft)


def _continue(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.find("appeal")
    if draft is None:
        return [turn.reply(turn.texts("draft-none"), menu_rows(turn))]
    turn.dialogue.activate(draft)
    return appeal.FORM.prompt(turn, draft)


def _cancel(turn: Turn) -> list[Reply]:
    draft = turn.dialogue.active
    if draft is None or draft.form not in FORMS:
        return [turn.reply(turn.texts("nothing-to-cancel"), menu_rows(turn))]
    return FORMS[draft.form].cancelled(turn, draft)


COMMANDS: dict[str, Callable[[Turn], list[Reply]]] = {
    "/start": _menu,
    "/menu": _menu,
    "/new": _new,
    "/my": lambda turn: my_appeals.listing(turn, 1),
    "/help": _help,
    "/cancel": _cancel,
    "/delete_me": privacy.start_deletion,
}


def _command(turn: Turn) -> list[Reply]:
    word = turn.event.text.split()[0].lower()
    if command := COMMANDS.get(word):
        return command(turn)
    draft = turn.dialogue.active
    if draft and (form := FORMS.get(draft.form)):
        return form.prompt(turn, draft, turn.texts("unknown-command"))
    return [turn.reply(turn.texts("unknown-command"), menu_rows(turn))]


ABOUT_APPEAL: dict[str, Callable[[Turn, Appeal], list[Reply]]] = {
    "appeal": my_appeals.page,
    "comment": lambda turn, found: my_appeals.start(turn, my_appeals.COMMENT, found),
    "withdraw": my_appeals.start_withdrawal,
    "solved": my_appeals.solved,
    "reopen": my_appeals.start_reopening,
}
OTHER: dict[str, Callable[[Turn], list[Reply]]] = {
    "new:appeal": _new,
    "menu:": _menu,
    "help:": _help,
    "draft:continue": _continue,
    "draft:drop": _begin,
    "consent:yes": _menu,
    "consent:no": _menu,
}


def _press(turn: Turn) -> list[Reply]:
    press = turn.event.press
    if press_of(press)[0]:
        return _press_in_form(turn)
    if action := OTHER.get(press):
        return action(turn)
    name, _, argument = press.partition(":")
    if name == "my" and argument.isdecimal():
        return my_appeals.listing(turn, int(argument[:6]))
    if (act := ABOUT_APPEAL.get(name)) and argument.isdecimal() and len(argument) < 16:
        found = my_appeals.own_appeal(turn, int(argument))
        if found is None:
            return [turn.reply(turn.texts("appeal-not-yours"), menu_rows(turn))]
        try:
            return act(turn, found)
        except NotAllowed:
            return [my_appeals.not_allowed(turn, found)]
    return _old_button(turn)


def _press_in_form(turn: Turn) -> list[Reply]:
    key = press_of(turn.event.press)[2]
    draft = turn.dialogue.with_key(key)
    if draft and (form := FORMS.get(draft.form)):
        turn.dialogue.activate(draft)
        return _then_go_on(turn, draft, form.answer(turn, draft))
    if filed := appeals.by_draft(turn.session, f"{turn.event.address}:{key}"):
        return [turn.reply(turn.texts("already-filed", number=filed.number))]
    return _old_button(turn)


def _old_button(turn: Turn) -> list[Reply]:
    word = turn.texts("form-old-button")
    draft = turn.dialogue.active
    if draft and (form := FORMS.get(draft.form)):
        return form.prompt(turn, draft, word)
    return [turn.reply(word, menu_rows(turn))]
