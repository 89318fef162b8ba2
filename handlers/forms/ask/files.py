"""A question that takes files until the person says that there are no more."""

from dataclasses import dataclass
from typing import Any, ClassVar

from handlers.attachments import MOST_FILES, exchanged, keep_files, keep_lost
from handlers.drafts import Draft
from handlers.forms.ask.base import Asked, Invalid, Piece, Question, Taken, plain, press_of
from handlers.turn import Turn
from storage import files as kept_files
from storage.messages import Button

LOST = "lost"  # the draft's note of pieces that could not be read: no answer, but passed on


def all_files(draft: Draft) -> tuple[int, ...]:
    """The ids of all files of a draft, also of those that could not be read."""
    return (*(draft.answers.get("files") or ()), *draft.notes.get(LOST, ()))


@dataclass(frozen=True, kw_only=True)
class Files(Question):
    """Up to ``at_most`` files; stays open until "done". The answer is a list of kept files' ids."""

    at_most: int = MOST_FILES
    reopens: ClassVar[bool] = True
    skipped: ClassVar[Any] = ()

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question; once files are there, how many, with "done"."""
        count = len(draft.answers.get(self.name) or ())
        if not count:
            return Asked(turn.texts(self.ask))
        if turn.event.album:  # its other parts are still coming: no count that is wrong in a second
            text = turn.texts("files-album", most=self.at_most)
        elif count >= self.at_most:
            text = turn.texts("files-full", most=self.at_most)
        else:
            text = turn.texts("files-more", count=count, most=self.at_most)
        rows = (
            (Button(turn.texts("files-done"), f"{self.name}=done", tone="good"),),
            (Button(turn.texts("files-clear"), f"{self.name}=clear"),),
        )
        return Asked(text, rows)

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
            said = plain(turn.event.text)
            if said in {plain(turn.texts("files-done")), "готово", "все", "нет", "без фото"}:
                return self._close(draft, "text")
            if said == plain(turn.texts("files-clear")):
                draft.notes.pop(LOST, None)
                return Taken({self.name: []}, frozenset({"text"}))
            few = "files-wanted" if draft.answers.get(self.name) else "files-wanted-none"
            raise Invalid(turn.texts(few))
        return None

    def _read_press(self, turn: Turn, draft: Draft, value: str) -> Taken:
        if value == "done":
            return self._close(draft, "press")
        if value == "clear":
            draft.notes["open"] = self.name
            draft.notes.pop(LOST, None)
            return Taken({self.name: []}, frozenset({"press"}))
        raise Invalid(turn.texts("choice-gone"))

    def _close(self, draft: Draft, piece: Piece) -> Taken:
        if draft.notes.get("open") == self.name:
            del draft.notes["open"]
        return Taken({self.name: draft.answers.get(self.name) or []}, frozenset({piece}))

    def _read_files(self, turn: Turn, draft: Draft, *, volunteered: bool) -> Taken:
        kept = list(draft.answers.get(self.name) or ())
        problem, new = keep_files(turn, room=self.at_most - len(kept))
        if problem and not new:
            raise Invalid(problem)
        if not volunteered:
            draft.notes["open"] = self.name
        word = problem
        if volunteered and not problem:
            added = "files-taken" if turn.event.album else "files-added"
            word = turn.texts(added, count=len(kept) + len(new))
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
