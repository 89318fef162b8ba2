"""Runs steps on the program and on the model of it, and compares what became of both."""

from collections.abc import Sequence
from datetime import timedelta

from bot.jobs.cleaning import clean
from bot.jobs.schedule import said_by, until_done
from handlers.appeals import reminders
from tests.stories.cast import RESIDENTS, Step
from tests.stories.crashing_program import MOMENTS
from tests.stories.employees import Employees
from tests.stories.orders import Last
from tests.stories.residents import Residents

# How the clock is set, by people and by time.
LEAPS = tuple(
    timedelta(**span)
    for span in (
        {"hours": 1},
        {"hours": 20},
        {"days": 3, "hours": 1},
        {"days": 4},
        {"days": 7, "hours": 1},
        {"days": 10, "hours": 1},
        {"days": 31},
        {"days": 40},
        {"minutes": -10},
        {"minutes": -3},
    )
)
LATE = 5  # a step's ``how``: what it does comes later
MAY_BE_LATE = {"takes", "confirms", "ends", "acts", "sends_appeal", "sends_reopening"}
KEPT_FOR = timedelta(days=29)  # what a resident who blocked the bot has not been told
LONG_DOWN = timedelta(days=2)  # a messenger that is away for three days loses messages
REPEATED_WITHIN = timedelta(days=1)  # a messenger brings an event again


class Script(Residents, Employees):
    """One town from its first event to the comparison at the end."""

    async def presses_anything(self, step: Step) -> Last | None:
        """A button that changes nothing: a page, a list, one that is old."""
        case = self.any(step)
        number = self.ids[case] if case is not None else 1
        key = self.used[step.which % len(self.used)] if self.used else "none"
        old = (f"send=yes#{key}", "send=yes#", f"take:{number + 1000}")
        if step.who % 2:
            shows = (*old, f"history:{number}", f"show:{number}", "open:1")
            return Last(
                self.pressed(self.employee(step), shows[step.how % len(shows)]), lambda _: None
            )
        who = self.resident(step)
        if not self.may_write(who):
            return None
        shows = (*old, f"appeal:{number}", "my:1", "help:")
        return Last(self.pressed(who, shows[step.how % len(shows)]), lambda _: None)

    # What happens around them

    async def goes_down(self, _step: Step) -> None:
        self.messenger.down, self.down_for = True, timedelta()

    async def comes_back(self, _step: Step) -> None:
        self.messenger.down = False

    async def errs(self, step: Step) -> None:
        self.messenger.errs.extend(
            [*[""] * (step.which % 3), ("lose", "refuse", "wait")[step.how % 3]]
        )

    async def dies(self, step: Step) -> None:
        self.life.dies = (MOMENTS[step.how % len(MOMENTS)], 1 + step.which)

    async def leaps(self, step: Step) -> None:
        span = LEAPS[step.how % len(LEAPS)]
        if self.messenger.down:
            self.down_for += max(span, timedelta())
            if self.down_for > LONG_DOWN:
                return
        self.clock.now += span

    async def again(self, step: Step) -> None:
        """The messenger brings once more what came within a day."""
        since = self.clock() - REPEATED_WITHIN
        recent = [event for event in self.came[-30:] if event.at > since]
        if recent:
            first = step.which % len(recent)
            await self.bring(*recent[first : first + 1 + step.how % 3][::-1])

    async def late(self, step: Step) -> None:
        """What somebody pressed a while ago comes only now."""
        if self.delayed:
            last = self.delayed.pop(step.which % len(self.delayed))
            await self.end([last], step.how)

    async def clock_works(self, step: Step) -> None:
        """The scheduler ticks."""
        now = self.clock()
        match step.how % 5:
            case 0 | 1:
                await self.runs(
                    lambda: until_done(self.life.transactions, reminders.remind_or_close_silent)
                )
                self.model.minds_silence(now)
            case 2:
                await self.runs(
                    lambda: until_done(self.life.transactions, reminders.warn_of_deadlines)
                )
                await self.runs(
                    lambda: self.life.transactions.run(said_by(reminders.morning_digest))
                )
            case 3:
                await self.runs(lambda: until_done(self.life.transactions, reminders.expire_drafts))
                self.model.forgets_drafts(now)
            case 4:
                await self.runs(lambda: clean(self.life.transactions, self.store))
                for who in self.messenger.deaf & set(RESIDENTS):
                    old = (t for t in self.model.told[who] if now - t.at > KEPT_FOR)
                    self.maybe.update((who, told.news) for told in old)

    # The whole of it

    async def runs_all(self, steps: Sequence[Step | tuple[Step, Step]]) -> None:
        """Run all steps, and compare at the end."""
        for step in steps:
            lasts: list[Last] = []
            pair = step if not isinstance(step, Step) else (step,)
            for one in pair:
                if lasts and lasts[0].event.person.account == self.actor(one):
                    await self.end(lasts, one.how)  # a person does one thing at a time
                    await self.drains()
                    await self.agrees()
                    await self.forgets()
                    lasts = []
                last = await getattr(self, one.what)(one)
                if last:
                    lasts.append(last)
            how = pair[0].how
            if len(lasts) == 1 and how == LATE and pair[0].what in MAY_BE_LATE:
                self.delayed.append(lasts[0])
            elif lasts:
                await self.end(lasts, how)
            self.done[pair[0].what] += bool(lasts)
            await self.drains()
            await self.agrees()
            await self.forgets()
        self.life.dies = None
        self.messenger.errs.clear()
        self.messenger.down = False
        for who in list(self.messenger.deaf):
            self.messenger.deaf.discard(who)
            await self.does(self.event(who, change="unblocked"))
        await self.drains()
        await self.agrees()
        await self.all_arrived()
