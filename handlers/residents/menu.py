"""The menu, commands and buttons of a resident."""

from collections.abc import Callable

from handlers.appeals.lifecycle import NotAllowed
from handlers.forms.ask import plain, press_of
from handlers.residents import consent, my_appeals
from handlers.residents import filing as appeal
from handlers.residents.menu_rows import draft_rows, menu_rows
from handlers.residents.open_forms import FORMS, ask_again, begun, drop_begun, in_hand, then_go_on
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage.appeals import filing
from storage.messages import Reply
from storage.tables import Appeal


def _menu(turn: Turn) -> list[Reply]:
    if begun(turn):
        return [turn.reply(turn.texts("draft-found"), draft_rows(turn))]
    return [turn.reply(turn.texts("menu"), menu_rows(turn))]


def _help(turn: Turn) -> list[Reply]:
    text = turn.texts("help", ways=formal_ways(turn))
    return ask_again(turn, text)


def _new(turn: Turn) -> list[Reply]:
    if begun(turn):
        return [turn.reply(turn.texts("draft-found"), draft_rows(turn))]
    return _begin(turn)


def _begin(turn: Turn) -> list[Reply]:
    """A new appeal in place of all that was begun."""
    drop_begun(turn)
    return appeal.FORM.begin(turn)


def _continue(turn: Turn) -> list[Reply]:
    draft = begun(turn)
    if draft is None:
        return [turn.reply(turn.texts("draft-none"), menu_rows(turn))]
    turn.dialogue.activate(draft)
    return FORMS[draft.form].prompt(turn, draft)


def _drop(turn: Turn) -> list[Reply]:
    if begun(turn) is None:
        return [turn.reply(turn.texts("draft-none"), menu_rows(turn))]
    drop_begun(turn)
    return [turn.reply(turn.texts("draft-dropped"), menu_rows(turn))]


def _cancel(turn: Turn) -> list[Reply]:
    held = in_hand(turn)
    if held is None:
        return [turn.reply(turn.texts("nothing-to-cancel"), menu_rows(turn))]
    draft, form = held
    return then_go_on(turn, draft, form.stop(turn, draft))


def menu_words(turn: Turn) -> dict[str, Callable[[Turn], list[Reply]]]:
    """The menu's buttons as people type them."""
    return {
        plain(turn.texts("menu-report")): _new,
        plain(turn.texts("menu-my")): _my,
        plain(turn.texts("menu-help")): _help,
        "меню": _menu,
        "начать": _menu,
    }


def _my(turn: Turn) -> list[Reply]:
    return my_appeals.listing(turn, 1)


COMMANDS: dict[str, Callable[[Turn], list[Reply]]] = {
    "/start": _menu,
    "/menu": _menu,
    "/new": _new,
    "/my": _my,
    "/help": _help,
    "/cancel": _cancel,
    "/delete_me": consent.DELETE.begin,
}


def answer_command(turn: Turn) -> list[Reply]:
    """Do what a command says."""
    word = turn.event.text.split()[0].lower()
    if command := COMMANDS.get(word):
        return command(turn)
    return ask_again(turn, turn.texts("unknown-command"))


ABOUT_APPEAL: dict[str, Callable[[Turn, Appeal], list[Reply]]] = {
    "appeal": my_appeals.page,
    "comment": my_appeals.start_comment,
    "withdraw": my_appeals.start_withdrawal,
    "solved": my_appeals.solved,
    "reopen": my_appeals.start_reopening,
}
OTHER: dict[str, Callable[[Turn], list[Reply]]] = {
    "new:appeal": _new,
    "menu:": _menu,
    "help:": _help,
    "draft:continue": _continue,
    "draft:new": _begin,
    "draft:drop": _drop,
    "consent:yes": _menu,
    "consent:no": consent.DELETE.begin,
}


def answer_press(turn: Turn) -> list[Reply]:
    """Do what a button says; a forged or an old one does nothing."""
    press = turn.event.press
    if press_of(press)[0]:
        return _press_in_form(turn)
    if action := OTHER.get(press):
        return action(turn)
    name, _, argument = press.partition(":")
    is_number = argument.isascii() and argument.isdecimal() and len(argument) < 16
    if name == "my" and is_number:
        return my_appeals.listing(turn, int(argument))
    if (act := ABOUT_APPEAL.get(name)) and is_number:
        found = my_appeals.own_appeal(turn, int(argument))
        if found is None:
            return [turn.reply(turn.texts("appeal-not-yours"), menu_rows(turn))]
        try:
            return act(turn, found)
        except NotAllowed:
            return [my_appeals.not_allowed(turn, found)]
    return ask_again(turn, turn.texts("form-old-button"))


def _press_in_form(turn: Turn) -> list[Reply]:
    key = press_of(turn.event.press)[2]
    draft = turn.dialogue.with_key(key)
    if draft and (form := FORMS.get(draft.form)):
        turn.dialogue.activate(draft)
        return then_go_on(turn, draft, form.answer(turn, draft))
    if filed := filing.by_draft(turn.session, f"{turn.event.address}:{key}"):
        return [appeal.already_filed(turn, filed)]
    return ask_again(turn, turn.texts("form-old-button"))
