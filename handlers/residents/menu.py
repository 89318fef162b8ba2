"""The menu of a resident: its commands, its buttons, and its words as people type them."""

from functools import lru_cache

from config.settings.channels import CHANNELS
from config.texts import Texts
from handlers.audience import Act, command_of
from handlers.forms.ask import plain
from handlers.residents import consent, filing, my_appeals
from handlers.residents.accounts import joining, pages, parting
from handlers.residents.open_forms import FORMS, ask_again, begun, drop_begun, in_hand, then_go_on
from handlers.residents.ways import draft_names
from handlers.residents.ways.menu_rows import draft_rows, menu_rows
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage.messages import Reply

# Buttons that do something where they stand, and nothing anywhere else.
LABELS = (
    *("resident-solved", "resident-unsolved", "resident-clear", "resident-unclear"),
    *("resident-reopen", "resident-add", "resident-inform"),
    *(
        "resident-withdraw",
        "resident-formal",
        "data-delete",
        "withdraw-yes",
        "delete-yes",
        "consent-yes",
        "consent-no",
    ),
    "consent-read",
    *(
        "draft-continue",
        "draft-new",
        "draft-drop",
        "start-anew",
        "comment-another",
        "about-yes",
        "about-new",
    ),
    *("link-give", "link-enter", "link-yes", "link-not-me", "link-part-this", "link-part-yes"),
    *("link-home-here", "link-home-last"),
    *("about-add", "about-other", "form-send", "form-back", "form-skip", "form-cancel"),
    *("form-restore", "form-all-options", "files-done", "files-none", "files-clear"),
    "files-pick",
    "topic-unsure",
    *("page-newer", "page-older"),
)


def _menu(turn: Turn) -> list[Reply]:
    if draft := begun(turn):
        return [turn.reply(draft_names.ask_of(turn, draft), draft_rows(turn))]
    return [turn.reply(turn.texts("menu"), menu_rows(turn))]


def _help(turn: Turn) -> list[Reply]:
    text = turn.texts("help", ways=formal_ways(turn))
    if not CHANNELS[turn.event.address.channel].brings_voice:
        text += f"\n\n{turn.texts('voice-lost')}"
    if in_hand(turn):
        return ask_again(turn, text)
    more = (turn.button("menu-data", "data:"), turn.button("menu-link", "link:"))
    return [turn.reply(text, (*menu_rows(turn), more))]


def data(turn: Turn) -> list[Reply]:
    """Say which data is kept, with a button that deletes it."""
    named = CHANNELS[turn.event.address.channel].shows_names
    kept = turn.texts("consent-kept-messenger" if named else "consent-kept-web")
    rows = (
        (turn.button("data-delete", "data:delete", tone="bad"),),
        (turn.button("menu-my", "my:1"), turn.button("menu-link", "link:")),
    )
    return [turn.reply(turn.texts("data-page", kept=kept), rows)]


def _new(turn: Turn) -> list[Reply]:
    if draft := begun(turn):
        return [turn.reply(draft_names.ask_of(turn, draft), draft_rows(turn))]
    return _begin(turn)


def _begin(turn: Turn) -> list[Reply]:
    """A new appeal in place of all that was begun."""
    drop_begun(turn)
    return filing.FORM.begin(turn)


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


def _link(turn: Turn) -> list[Reply]:
    """A code for another messenger, or the one that was typed behind the command."""
    if not command_of(turn.event)[1]:
        return pages.give(turn)
    replies = joining.begin(turn)
    return joining.ENTER.begin(turn) if replies is None else replies


def _cancel(turn: Turn) -> list[Reply]:
    held = in_hand(turn)
    if held is None:
        return [turn.reply(turn.texts("nothing-to-cancel"), menu_rows(turn))]
    draft, form = held
    return then_go_on(turn, draft, form.leave(turn, draft))


def menu_words(turn: Turn) -> dict[str, Act]:
    """The menu's buttons as people type them."""
    return {
        plain(turn.texts("menu-report")): _new,
        plain(turn.texts("menu-my")): my_appeals.listing,
        plain(turn.texts("menu-help")): _help,
        plain(turn.texts("menu-data")): data,
        plain(turn.texts("menu-link")): pages.page,
        plain(turn.texts("link-not-me")): parting.not_me_said,
        "меню": _menu,
        "начать": _menu,
    }


@lru_cache(maxsize=4)
def old_labels(texts: Texts) -> frozenset[str]:
    """Labels of buttons that residents have, as people type them: none of them begins an appeal."""
    return frozenset(plain(texts(key)) for key in LABELS)


COMMANDS: dict[str, Act] = {
    "/start": _menu,
    "/menu": _menu,
    "/new": _new,
    "/my": my_appeals.listing,
    "/help": _help,
    "/data": data,
    "/link": _link,
    "/unlink": parting.start,
    "/cancel": _cancel,
    "/delete_me": consent.DELETE.begin,
}


PRESSES: dict[str, Act] = {
    "new:appeal": _new,
    "menu:": _menu,
    "help:": _help,
    "data:": data,
    "data:delete": consent.DELETE.begin,
    "link:": pages.page,
    "link:give": pages.give,
    "link:enter": joining.ENTER.begin,
    "link:here": pages.fix_home,
    "link:last": pages.free_home,
    "draft:continue": _continue,
    "draft:new": _begin,
    "draft:drop": _drop,
    "consent:yes": _menu,
    "consent:no": consent.DELETE.begin,
    "consent:read": consent.whole_consent,
}
