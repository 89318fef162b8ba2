"""The questions of a form in their order, and which of them is pending."""

from dataclasses import dataclass, field

from handlers.drafts import Draft
from handlers.forms.ask import Question
from handlers.turn import Turn


@dataclass(frozen=True)
class Questionnaire:
    """Questions in their order; the answers stand in a draft.

    ``too_late``: the key of a word for the edit of what it was told before it was finished, unless
    that was tied to an appeal; empty: it lives on elsewhere.
    """

    name: str
    questions: tuple[Question, ...]
    too_late: str = field(default="form-too-late", kw_only=True)

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((question for question in self.questions if question.name == name), None)

    def pending(self, turn: Turn, draft: Draft) -> Question | None:
        """The first question that applies and has no valid answer; None: the form is complete."""
        for question in self.questions:
            if not (question.asked and question.applies(turn, draft)):
                continue
            if draft.notes.get("open") == question.name:
                return question
            if question.name not in draft.answers:
                if question.known(turn, draft):
                    continue
                return question
            if not question.valid(turn, draft, draft.answers[question.name]):
                self.forget(draft, question)
                draft.notes["gone"] = question.name
                return question
        return None

    def forget(self, draft: Draft, question: Question) -> None:
        """Drop an answer and those that build on it."""
        draft.answers.pop(question.name, None)
        if draft.notes.get("open") == question.name:
            del draft.notes["open"]
        for other in self.questions:
            if question.name in other.after and other.name in draft.answers:
                self.forget(draft, other)

    def reopen(self, draft: Draft, question: Question, *, whole: bool) -> None:
        """Ask a question again; ``whole``: all were answered, which can be restored.

        Its answer, and those that build on it, are kept to be offered.
        """
        if whole:
            draft.notes.setdefault("before", dict(draft.answers))
        draft.notes.pop("open", None)
        for shown in ("all", "word"):
            draft.notes.get(shown, {}).pop(question.name, None)
        if question.opens_alone:
            draft.notes["open"] = question.name
            return
        answers = dict(draft.answers)
        self.forget(draft, question)
        gone = {name: answers[name] for name in answers if name not in draft.answers}
        draft.notes.setdefault("was", {}).update(gone)

    def last_answered(self, turn: Turn, draft: Draft) -> Question | None:
        """The question that was answered last before the pending one."""
        last = None
        pending = self.pending(turn, draft)
        for question in self.questions:
            if question is pending:
                break
            if question.asked and question.applies(turn, draft) and question.name in draft.answers:
                last = question
        return last
