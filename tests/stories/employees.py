"""What employees do in a story. Each step returns the event that does something, or None."""

from tests.stories.cast import Cast, Step
from tests.stories.news import TEXTS
from tests.stories.orders import Last
from tests.support.towns.conversation import STAFF_ROOM


class Employees(Cast):
    """The people in the staff chat."""

    async def takes(self, step: Step) -> Last | None:
        who, case = self.employee(step), self.any(step)
        if case is None:
            return None
        return Last(
            self.pressed(who, f"take:{self.ids[case]}"),
            lambda model: model.act(who, "take", case, "", self.clock()),
        )

    async def begins(self, step: Step) -> None:
        who, case = self.employee(step), self.any(step)
        form = ("answer", "ask", "decline", "forward")[step.how % 4]
        if case is None or self.model.draft(who, form, case) or len(self.model.drafts[who]) > 3:
            return
        await self.does(self.pressed(who, f"{form}:{self.ids[case]}"), how=step.how)
        if not self.model.may_act(form, case):
            return
        words = self.says_something()
        reason = [TEXTS("reason-off_topic")] if form == "decline" else []
        await self.does(*(self.said(who, one) for one in (*reason, words)), how=step.how)
        self.model.begin(who, form, case, words)

    async def ends(self, step: Step) -> Last | None:
        who = self.employee(step)
        drafts = self.model.drafts[who]
        if not drafts:
            return None
        draft = drafts[-1 - step.which % len(drafts)]
        case = draft.case
        assert case is not None
        return await self.sends(
            who,
            draft,
            lambda model: model.act(who, draft.form, case, draft.words, self.clock()),
        )

    async def acts(self, step: Step) -> Last | None:
        await self.begins(step)
        return await self.ends(step._replace(which=0))

    async def writes(self, step: Step) -> Last | None:
        """An employee replies to a card."""
        who, case = self.employee(step), self.any(step)
        if case is None or any(draft.case == case for draft in self.model.drafts[who]):
            return None
        message = await self.tied(STAFF_ROOM, case, ("card",))
        if not message:
            return None
        words = self.says_something()
        return Last(
            self.said(who, words, message),
            lambda model: model.interim(who, case, words, self.clock()),
        )
