"""A question that takes files until the person says that there are no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from config.lengths import cut
from handlers.attachments import MOST_FILES, exchanged, keep_files, keep_lost
from handlers.drafts import Draft
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain, press_of
from handlers.forms.ask.labels import label_said, number_said
from handlers.showing import in_rows, whole_number
from handlers.turn import Turn
from storage import files as kept_files
from storage.messages import Button, Rows
from storage.tables import KeptFile

LOST = "lost"  # the draft's note of pieces that could not be read: no answer, but passed on
PICKING = "picking"  # the draft's note that one file is being picked to be taken away
DROP = "drop."
LONGEST_NAME = 30  # signs of a document's name on a button


def all_files(draft: Draft) -> tuple[int, ...]:
    """The ids of all files of a draft, also of those that could not be read."""
    return (*(draft.answers.get("files") or ()), *draft.notes.get(LOST, ()))


@dataclass(frozen=True, kw_only=True)
class Files(Question):
    """Up to ``at_most`` files; stays open until "done". The answer is a list of kept files' ids.

    Without ``ask`` it does not ask for files, and is open only while some are taken away.
    """

    at_most: int = MOST_FILES
    reopens: ClassVar[bool] = True
    skipped: ClassVar[Any] = ()

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question; once files are there, how many, with "done"."""
        count = len(draft.answers.get(self.name) or ())
        if not count:
            return Asked(turn.texts(self.ask))
        if draft.notes.get(PICKING):
            return self._pick(turn, self._in_order(turn, draft))
        if turn.event.album:  # its other parts are still coming: no count that is wrong in a second
            text = turn.texts("files-album", most=self.at_most)
        elif count >= self.at_most:
            text = turn.texts("files-full", most=self.at_most)
        else:
            text = turn.texts("files-more", count=count, most=self.at_most)
        some = count > 1 and not turn.event.album
        away = self._button(turn, "files-pick", "pick") if some else self._clear(turn)
        return Asked(text, ((self._done(turn),), (away,)))

    def _pick(self, turn: Turn, kept: Sequence[KeptFile]) -> Asked:
        """Show all files, with a button each to take it away."""
        buttons = [
            Button(label, f"{self.name}={DROP}{file.id}", number=number)
            for number, (label, file) in enumerate(zip(_labels(turn, kept), kept, strict=True), 1)
        ]
        ways: Rows = ((self._clear(turn),), (self._done(turn),))
        shown = tuple(file.id for file in kept)
        return Asked(turn.texts("files-which"), in_rows(buttons, 2) + ways, files=shown)

    def _in_order(self, turn: Turn, draft: Draft) -> list[KeptFile]:
        """The files in the order in which they are shown: documents after all others."""
        ids = list(draft.answers.get(self.name) or ())
        found = {file.id: file for file in kept_files.by_ids(turn.session, ids)}
        there = [found[file_id] for file_id in ids if file_id in found]
        return sorted(there, key=lambda file: file.kind == "document")

    def _button(self, turn: Turn, label: str, value: str) -> Button:
        return Button(turn.texts(label), f"{self.name}={value}")

    def _clear(self, turn: Turn) -> Button:
        return self._button(turn, "files-clear", "clear")

    def _done(self, turn: Turn) -> Button:
        return Button(turn.texts("files-done"), f"{self.name}=done", tone="good")

    def may_skip(self, turn: Turn, draft: Draft) -> bool:
        """Only while there are none: afterwards it is "done"."""
        return super().may_skip(turn, draft) and not draft.answers.get(self.name)

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Files, or a word that there are no more."""
        if lost := keep_lost(turn) if "files" in pieces else ():
            draft.notes[LOST] = [*draft.notes.get(LOST, ()), *lost]
            if len(lost) == len(turn.event.files):
                return Taken({}, frozenset({"files"}))
        if "files" in pieces:
            return self._read_files(turn, draft, volunteered=volunteered)
        if "press" in pieces:
            return self._read_press(turn, draft, press_of(turn.event.press)[1])
        if "text" in pieces and not volunteered:
            return self._read_text(turn, draft)
        return None

    def _read_text(self, turn: Turn, draft: Draft) -> Taken:
        said = plain(turn.event.text)
        if said in {plain(turn.texts("files-done")), "готово", "все", "нет", "без фото"}:
            return self._close(draft, "text")
        if said == plain(turn.texts("files-clear")):
            return self._take_all_away(draft, "text")
        if said == plain(turn.texts("files-pick")):
            draft.notes[PICKING] = True
            return Taken({}, frozenset({"text"}))
        if draft.notes.get(PICKING):
            kept = self._in_order(turn, draft)
            number = number_said(turn.event.text)
            at = label_said(_labels(turn, kept), turn.event.text)
            at = number - 1 if at is None and 0 < number <= len(kept) else at
            if at is not None:
                return self._take_away(turn, draft, kept[at].id, "text")
            raise Invalid(turn.texts("choice-invalid"))
        few = "files-wanted" if draft.answers.get(self.name) else "files-wanted-none"
        raise Invalid(turn.texts(few))

    def _read_press(self, turn: Turn, draft: Draft, value: str) -> Taken:
        draft.notes.pop(PICKING, None)
        if value == "done":
            return self._close(draft, "press")
        if value == "clear":
            return self._take_all_away(draft, "press")
        if value == "pick":
            draft.notes["open"] = self.name
            draft.notes[PICKING] = True
            return Taken({}, frozenset({"press"}))
        if value.startswith(DROP):
            return self._take_away(turn, draft, whole_number(value.removeprefix(DROP)), "press")
        raise Invalid(turn.texts("choice-gone"))

    def _take_away(self, turn: Turn, draft: Draft, file_id: int, piece: Piece) -> Taken:
        """Leave out one file; what is gone already is no mistake worth a word."""
        draft.notes.pop(PICKING, None)
        kept = self._in_order(turn, draft)
        labels = [
            label
            for label, file in zip(_labels(turn, kept), kept, strict=True)
            if file.id == file_id
        ]
        left = [one for one in draft.answers.get(self.name) or () if one != file_id]
        if not left:
            return self._take_all_away(draft, piece)
        draft.notes["open"] = self.name
        word = turn.texts("files-dropped", which=labels[0].partition(" ")[2]) if labels else ""
        return Taken({self.name: left}, frozenset({piece}), word)

    def _take_all_away(self, draft: Draft, piece: Piece) -> Taken:
        draft.notes.pop(LOST, None)
        draft.answers[self.name] = []
        if not self.ask:
            return self._close(draft, piece)
        draft.notes["open"] = self.name
        return Taken({self.name: []}, frozenset({piece}))

    def _close(self, draft: Draft, piece: Piece) -> Taken:
        draft.notes.pop(PICKING, None)
        draft.close(self.name)
        return Taken({self.name: draft.answers.get(self.name) or []}, frozenset({piece}))

    def _read_files(self, turn: Turn, draft: Draft, *, volunteered: bool) -> Taken:
        draft.notes.pop(PICKING, None)
        kept = list(draft.answers.get(self.name) or ())
        problem, new = keep_files(turn, room=self.at_most - len(kept))
        if problem and not new:
            raise Invalid(problem)
        if not volunteered:
            draft.notes["open"] = self.name
        word = problem
        if volunteered and not problem:
            word = _added(turn, len(new), len(kept) + len(new))
        return Taken({self.name: kept + new}, frozenset({"files"}), word)

    def exchange(self, turn: Turn, draft: Draft) -> Taken | None:
        """Put the new files of an edited message in place of those that it has no more."""
        ids = list(draft.answers.get(self.name) or ())
        rows = kept_files.by_ids(turn.session, ids)
        message, channel = turn.event.message, turn.event.address.channel
        before = [one for one in rows if (one.message, one.address.channel) == (message, channel)]
        new, gone = exchanged(turn, before)
        if not new and not gone:
            return None
        left = [file_id for file_id in ids if file_id not in gone]
        problem, added = keep_files(turn, self.at_most - len(left), new)
        return Taken({self.name: left + added}, frozenset({"files"}), problem)

    def show(self, turn: Turn, draft: Draft) -> str:
        """The number of files."""
        count = len(draft.answers.get(self.name) or ())
        if count and turn.event.album:
            return turn.texts("files-count-album")
        return turn.texts("files-count", count=count) if count else ""

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """Words to this question only close it."""
        return None


def _labels(turn: Turn, kept: Sequence[KeptFile]) -> list[str]:
    """The labels of buttons that take a file away: photos and videos by their place, papers by name."""
    return [
        turn.texts("file-drop-document", name=cut(file.name, LONGEST_NAME))
        if file.kind == "document" and file.name
        else turn.texts(f"file-drop-{'video' if file.kind == 'video' else 'photo'}", place=place)
        for place, file in enumerate(kept, 1)
    ]


def _added(turn: Turn, new: int, count: int) -> str:
    """The word that files were added; of an album nobody knows yet how many."""
    if turn.event.album:
        return turn.texts("files-taken")
    added = turn.texts("files-added", count=new)
    return added if new == count else f"{added} {turn.texts('files-in-all', count=count)}"
