"""Short forms that carry a text, or files, or both, to somebody: written, looked at, sent."""

from collections.abc import Callable

from handlers.drafts import Draft
from handlers.forms.ask import Confirm, Files, Question, Text, all_files
from handlers.forms.ask.text import is_option
from handlers.forms.form import Form, say_cancelled
from handlers.turn import Turn
from storage.messages import Reply


def message_form(
    name: str,
    ask: str,
    summary: str,
    done: Callable[[Turn, Draft], list[Reply]],
    *,
    cancelled: Callable[[Turn, Draft], list[Reply]] = say_cancelled,
    before: tuple[Question, ...] = (),
    presets: Callable[[Turn, Draft], tuple[str, ...]] = lambda _turn, _draft: (),
    known: Callable[[Turn, Draft], dict[str, str]] = lambda _turn, _draft: {},
    files_alone: bool = False,
    in_pieces: bool = True,
    bare: Callable[[Turn, str], bool] = lambda _turn, text: is_option(text),
    of_residents: bool = False,
    decorate: Callable[[Turn, Draft, Reply], Reply] = lambda _turn, _draft, reply: reply,
) -> Form:
    """A form of a text with files.

    ``ask`` and ``summary`` are keys of texts: both get what is ``known``, the summary ``text`` too;
    ``files_alone``: a photo without words will do; ``in_pieces``: a further text is added to the
    first (not in a chat in which people also talk with each other); ``bare`` and
    ``of_residents``: see ``Text``.
    """
    words = Text(
        name="text",
        ask=ask,
        title="title-text",
        presets=presets,
        bare=bare,
        given=known,
        applies=lambda _turn, draft: not (files_alone and draft.answers.get("files")),
        unasked=frozenset({"text"}) if in_pieces else frozenset(),
        of_residents=of_residents,
    )
    files = Files(
        name="files",
        title="title-files",
        applies=lambda _turn, draft: draft.notes.get("open") == "files",
        unasked=frozenset({"files"}),
    )

    def show(turn: Turn, draft: Draft) -> str:
        text = draft.answers.get("text") or turn.texts("letter-no-words")
        told = turn.texts(summary, text=text, **known(turn, draft))
        return "\n".join(line for line in (told, files.show(turn, draft)) if line)

    def edits(_turn: Turn, draft: Draft) -> tuple[Question, ...]:
        return (words, files) if draft.answers.get("files") else (words,)

    confirm = Confirm(name="send", summary=show, edits=edits)
    return Form(
        name=name,
        questions=(*before, words, files, confirm),
        done=done,
        cancelled=cancelled,
        decorate=decorate,
    )


def contents(draft: Draft) -> tuple[str, tuple[int, ...]]:
    """The text and the files of a finished form of that kind."""
    return draft.answers.get("text") or "", all_files(draft)
