"""What residents do in a story. Each step returns the event that does something, or None."""

from handlers.screen.last_asked import MESSAGES, REMEMBERED
from storage.messages import Address
from storage.outbox.shown import shown_last
from tests.stories.cast import Cast, Step
from tests.stories.orders import Last
from tests.support.towns.model import Model

POTHOLES = "Ямы и выбоины на дороге"


class Residents(Cast):
    """A town's residents."""

    async def consents(self, who: str) -> None:
        if who not in self.model.consented:
            await self.does(self.said(who, "/start"), self.pressed(who, "consent:yes"))
            self.model.consented.add(who)

    async def writes_appeal(self, step: Step) -> None:
        who = self.resident(step)
        if who in self.messenger.deaf or self.model.drafts[who]:
            return
        await self.consents(who)
        if not self.may_write(who):
            return
        words = self.says_something("На дороге большая яма, дом")
        answers = ("/new", words, POTHOLES, "ул. Мира, 5")
        await self.does(*(self.said(who, answer) for answer in answers), how=step.how)
        self.model.begin(who, "appeal", None, words)

    async def sends_appeal(self, step: Step) -> Last | None:
        who = self.resident(step)
        draft = self.model.draft(who, "appeal", None)
        if draft is None or who in self.messenger.deaf:
            return None
        words = draft.words
        return await self.sends(who, draft, lambda model: model.file(who, words, self.clock()))

    async def files(self, step: Step) -> Last | None:
        await self.writes_appeal(step)
        return await self.sends_appeal(step)

    async def replies(self, step: Step) -> Last | None:
        who = self.resident(step)
        case = self.own(who, step)
        if case is None or not self.may_write(who):
            return None
        message = await self.tied(who, case, ("sent", "came"))
        words = self.says_something()
        if not message:
            return None
        return Last(
            self.said(who, words, message),
            lambda model: model.comment(who, case, words, self.clock()),
        )

    async def comments(self, step: Step) -> Last | None:
        who = self.resident(step)
        case = self.own(who, step)
        if case is None or not self.may_write(who):
            return None
        await self.does(self.pressed(who, f"comment:{self.ids[case]}"), how=step.how)
        if self.model.cases[case].state == "withdrawn":
            return None
        words = self.says_something()
        await self.does(self.said(who, words), how=step.how)
        self.model.begin(who, "comment", case, words)
        draft = self.model.drafts[who][-1]
        return await self.sends(
            who, draft, lambda model: model.comment(who, case, words, self.clock())
        )

    async def informs(self, step: Step) -> Last | None:
        who = self.resident(step)
        asked = self.model.asked(who)
        if len(asked) != 1 or not self.may_write(who) or self.model.drafts[who]:
            return None
        if self.messenger.down or await self._told_last(who) != self.ids[asked[0]]:
            return None  # what he was told of another appeal came after the question
        words = self.says_something()
        number, before = self.model.cases[asked[0]].number, len(self.model.told[who])

        def informed(model: Model) -> None:
            told = model.told[who][before:]
            if model.asked(who) == asked and all(one.news.number == number for one in told):
                model.comment(who, asked[0], words, self.clock())
            else:  # he was told something more at that moment: the bot asks which he means
                model.begin(who, "about", None, words)

        return Last(self.said(who, words), informed)

    async def _told_last(self, who: str) -> int | None:
        """The appeal that the last message to a resident about any was about."""
        chat, since = Address("telegram", who), self.clock() - REMEMBERED
        last = await self.look(lambda session: shown_last(session, chat, since, MESSAGES))
        return next((one.reply.appeal for one in last if one.reply.appeal), None)

    async def confirms(self, step: Step) -> Last | None:
        who = self.resident(step)
        if not self.model.cases or not self.may_write(who):
            return None
        case = step.which % len(self.model.cases)  # perhaps another's
        return Last(
            self.pressed(who, f"solved:{self.ids[case]}"),
            lambda model: model.resident_acts(who, "confirm", case, "", self.clock()),
        )

    async def withdraws(self, step: Step) -> Last | None:
        who = self.resident(step)
        case = self.own(who, step)
        if case is None or not self.may_write(who):
            return None
        await self.does(self.pressed(who, f"withdraw:{self.ids[case]}"), how=step.how)
        if not self.model.resident_may(who, "withdraw", case, self.clock()):
            return None
        self.model.begin(who, "withdraw", case, "")
        draft = self.model.drafts[who][-1]
        return await self.sends(
            who,
            draft,
            lambda model: model.resident_acts(who, "withdraw", case, "", self.clock()),
        )

    async def wants_reopened(self, step: Step) -> None:
        who = self.resident(step)
        case = self.own(who, step)
        if case is None or not self.may_write(who) or self.model.drafts[who]:
            return
        await self.does(self.pressed(who, f"reopen:{self.ids[case]}"), how=step.how)
        if not self.model.resident_may(who, "reopen", case, self.clock()):
            return
        words = self.says_something()
        await self.does(self.said(who, words), how=step.how)
        self.model.begin(who, "reopen", case, words)

    async def sends_reopening(self, step: Step) -> Last | None:
        who = self.resident(step)
        draft = next((d for d in self.model.drafts[who] if d.form == "reopen"), None)
        if draft is None or draft.case is None or who in self.messenger.deaf:
            return None
        case, words = draft.case, draft.words
        return await self.sends(
            who,
            draft,
            lambda model: model.resident_acts(who, "reopen", case, words, self.clock()),
        )

    async def reopens(self, step: Step) -> Last | None:
        await self.wants_reopened(step)
        return await self.sends_reopening(step)

    async def deletes(self, step: Step) -> Last | None:
        who = self.resident(step)
        if not self.may_write(who) or self.messenger.down:
            return None
        await self.does(self.said(who, "/delete_me"), how=step.how)
        self.model.begin(who, "delete_me", None, "")
        draft = self.model.drafts[who][-1]
        return await self.sends(who, draft, lambda model: model.delete(who, self.clock()))

    async def blocks(self, step: Step) -> Last | None:
        who = self.resident(step)
        if not self.may_write(who) or self.messenger.down:
            return None
        self.messenger.deaf.add(who)
        return Last(self.event(who, change="blocked"), lambda _: None)

    async def unblocks(self, step: Step) -> Last | None:
        who = self.resident(step)
        if who not in self.messenger.deaf:
            return None
        self.messenger.deaf.discard(who)
        return Last(self.event(who, change="unblocked"), lambda _: None)
