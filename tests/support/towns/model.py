"""The lifecycle as the domain page tells it, in plain Python: what a bot without faults would do.

Written from the page of the domain and the decisions, not from the program's table, so that the two
can disagree. It knows nothing of messengers, crashes or databases: everything happens once, in order.
"""

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
REOPENED_WITHIN = timedelta(days=30)
DRAFTS_LIVE = timedelta(days=30)
# An employee's action: from which states it leads where.
STAFF = {
    "take": ({"new", "forwarded", "reopened"}, "in_work"),
    "ask": ({"new", "in_work"}, "need_info"),
    "forward": ({"new", "in_work"}, "forwarded"),
    "answer": ({"in_work", "forwarded", "need_info"}, "answered"),
    "decline": ({"new", "in_work", "need_info"}, "declined"),
}
RESIDENT = {
    "withdraw": ({"new"}, "withdrawn"),
    "confirm": ({"answered"}, "closed"),
    "reopen": ({"answered", "declined", "closed"}, "reopened"),
}
# Who lets a question lie is reminded, then the appeal is closed: after so long.
PATIENCE = {
    "need_info": (timedelta(days=3), timedelta(days=7)),
    "answered": (timedelta(days=3), timedelta(days=10)),
}


class Entry(NamedTuple):
    """A line of an appeal's history."""

    action: str
    actor: str  # an account, "system" or "deleted"
    words: str = ""


class News(NamedTuple):
    """What a resident is told: of what kind, about which appeal, in whose words."""

    kind: str
    number: str = ""
    words: str = ""


@dataclass(eq=False)
class Case:
    """An appeal."""

    number: str
    owner: str  # an account; empty once the personal data is deleted
    filed_by: str  # an account, for ever
    since: datetime
    state: str = "new"
    reminded: bool = False
    closed_at: datetime | None = None
    history: list[Entry] = field(default_factory=list)


class Outcome(NamedTuple):
    """What has become of an appeal."""

    number: str
    state: str
    owner: str
    history: list[Entry]


@dataclass(frozen=True, eq=False)
class Draft:
    """A form that somebody has begun and not sent: all but "send" is answered."""

    form: str
    case: int | None
    words: str


class Told(NamedTuple):
    news: News
    at: datetime


@dataclass(eq=False)
class Model:
    """A town's appeals, and what its residents have been told, oldest first."""

    cases: list[Case] = field(default_factory=list)
    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[str, datetime] = field(default_factory=dict)  # when who has drafts was last heard
    consented: set[str] = field(default_factory=set)
    serials: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def fork(self) -> "Model":
        """One that goes its own way from here; drafts, which never change, are the same."""
        return deepcopy(self, {id(one): one for drafts in self.drafts.values() for one in drafts})

    def outcome(self) -> list[Outcome]:
        """How things stand, of each appeal."""
        return [Outcome(one.number, one.state, one.owner, one.history) for one in self.cases]

    # What a form does when it is sent

    def file(self, who: str, words: str, now: datetime) -> None:
        """A resident files an appeal: numbers count from one each year."""
        year = now.astimezone(ZONE).year
        self.serials[year] += 1
        number = f"МЦУ-{year % 100:02}-{self.serials[year]:06}"
        self.cases.append(Case(number, who, who, now, history=[Entry("file", who)]))
        self._tell(who, News("filed", number), now)

    def act(self, who: str, action: str, which: int, words: str, now: datetime) -> None:
        """An employee acts, where the state lets him; what nobody took is taken on the way."""
        case = self.cases[which]
        if not self.may_act(action, which):
            return
        states, to = STAFF[action]
        if case.state not in states:
            case.history.append(Entry("take", who))
        said = "" if action in ("take", "forward") else words
        self._move(case, action, who, to, now, said)
        if case.owner:
            self._tell(
                case.owner, News(action, case.number, words if action != "take" else ""), now
            )

    def may_act(self, action: str, which: int) -> bool:
        """Whether an employee may do that now."""
        state, states = self.cases[which].state, STAFF[action][0]
        return state in states or (state in STAFF["take"][0] and "in_work" in states)

    def interim(self, who: str, which: int, words: str, now: datetime) -> None:
        """An employee writes to the resident; the state stays."""
        case = self.cases[which]
        if case.owner:
            case.history.append(Entry("interim", who, words))
            self._tell(case.owner, News("interim", case.number, words), now)

    def resident_acts(self, who: str, action: str, which: int, words: str, now: datetime) -> None:
        """A resident withdraws, confirms or reopens, where the state lets him."""
        case = self.cases[which]
        if not self.resident_may(who, action, which, now):
            return
        to = RESIDENT[action][1]
        self._move(case, action, who, to, now, words if action == "reopen" else "")
        self._tell(who, News({"reopen": "reopened"}.get(action, action), case.number), now)

    def resident_may(self, who: str, action: str, which: int, now: datetime) -> bool:
        """Whether a resident may do that now: to his own, and what was closed a month ago stays."""
        case = self.cases[which]
        if case.owner != who or case.state not in RESIDENT[action][0]:
            return False
        is_old = case.closed_at is not None and now - case.closed_at > REOPENED_WITHIN
        return not (action == "reopen" and is_old)

    def comment(self, who: str, which: int, words: str, now: datetime) -> None:
        """A resident adds something; where he was asked, that is the answer."""
        case = self.cases[which]
        if case.owner != who or case.state == "withdrawn":
            return
        if case.state == "need_info":
            self._move(case, "inform", who, "in_work", now, words)
            self._tell(who, News("informed", case.number), now)
        else:
            case.history.append(Entry("comment", who, words))

    def delete(self, who: str, now: datetime) -> None:
        """Personal data goes; what was open is closed, and of the person nothing is left."""
        for case in self.cases:
            if case.owner != who:
                continue
            case.owner = ""
            case.history = [
                Entry(entry.action, "deleted") if entry.actor == who else entry
                for entry in case.history
            ]
            if case.state == "answered":
                self._move(case, "forget", "deleted", "closed", now)
            elif case.state not in ("declined", "closed", "withdrawn"):
                self._move(case, "forget", "deleted", "withdrawn", now)
        self.consented.discard(who)
        self.drafts[who].clear()
        self._tell(who, News("deleted"), now)

    # What the clock does

    def minds_silence(self, now: datetime) -> None:
        """Residents who were asked are reminded once; in the end the appeal is closed."""
        for state, (remind_after, close_after) in PATIENCE.items():
            waiting = sorted(
                (case for case in self.cases if case.state == state), key=lambda case: case.since
            )
            for case in waiting:
                if now - case.since > close_after:
                    self._move(case, "expire", "system", "closed", now)
                    self._tell(case.owner, News(f"expire-{state}", case.number), now)
            for case in waiting:
                if case.state == state and now - case.since > remind_after and not case.reminded:
                    case.reminded = True
                    case.history.append(Entry("remind", "system"))
                    self._tell(case.owner, News(f"remind-{state}", case.number), now)

    def forgets_drafts(self, now: datetime) -> None:
        """Who was silent for a month starts anew."""
        for who, at in self.touched.items():
            if now - at > DRAFTS_LIVE:
                self.drafts[who].clear()

    # Drafts

    def begin(self, who: str, form: str, case: int | None, words: str) -> None:
        """All of a form is answered but for "send"."""
        self.drafts[who].append(Draft(form, case, words))

    def draft(self, who: str, form: str, case: int | None) -> Draft | None:
        """The begun form about that appeal."""
        same = (draft for draft in self.drafts[who] if (draft.form, draft.case) == (form, case))
        return next(same, None)

    def asked(self, who: str) -> list[int]:
        """The appeals in which a resident was asked something."""
        return [
            which
            for which, case in enumerate(self.cases)
            if case.owner == who and case.state == "need_info"
        ]

    # How it is done

    def _move(
        self, case: Case, action: str, who: str, to: str, now: datetime, words: str = ""
    ) -> None:
        case.history.append(Entry(action, who, words))
        case.state, case.since, case.reminded = to, now, False
        case.closed_at = now if to in ("closed", "withdrawn") else None

    def _tell(self, who: str, news: News, now: datetime) -> None:
        self.told[who].append(Told(news, now))
