"""The states of an appeal and the one table of what leads from which to which."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from storage.tables import Appeal


class State(StrEnum):
    """The state of an appeal (domain page; planned and duplicate come later)."""

    NEW = "new"
    NEED_INFO = "need_info"
    IN_WORK = "in_work"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    DECLINED = "declined"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """An act that moves an appeal from state to state."""

    TAKE = "take"
    ASK = "ask"
    INFORM = "inform"
    FORWARD = "forward"
    ANSWER = "answer"
    DECLINE = "decline"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    FORGET = "forget"
    RESUME = "resume"  # what was answered goes on: the answer was a mistake
    RELEASE = "release"  # it is nobody's again


Role = Literal["resident", "employee", "system"]

BY: Mapping[Action, Role] = {
    Action.TAKE: "employee",
    Action.ASK: "employee",
    Action.INFORM: "resident",
    Action.FORWARD: "employee",
    Action.ANSWER: "employee",
    Action.DECLINE: "employee",
    Action.CONFIRM: "resident",
    Action.REOPEN: "resident",
    Action.EXPIRE: "system",
    Action.WITHDRAW: "resident",
    Action.FORGET: "resident",
    Action.RESUME: "employee",
    Action.RELEASE: "employee",
}

TRANSITIONS: Mapping[State, Mapping[Action, State]] = {
    State.NEW: {
        Action.TAKE: State.IN_WORK,
        Action.ASK: State.NEED_INFO,
        Action.FORWARD: State.FORWARDED,
        Action.DECLINE: State.DECLINED,
        Action.WITHDRAW: State.WITHDRAWN,
        Action.FORGET: State.WITHDRAWN,
    },
    State.NEED_INFO: {
        Action.INFORM: State.IN_WORK,  # it is back with whoever asked
        Action.ANSWER: State.ANSWERED,
        Action.DECLINE: State.DECLINED,
        Action.RESUME: State.IN_WORK,
        Action.EXPIRE: State.CLOSED,
        Action.FORGET: State.WITHDRAWN,
    },
    State.IN_WORK: {
        Action.RELEASE: State.NEW,
        Action.ANSWER: State.ANSWERED,
        Action.ASK: State.NEED_INFO,
        Action.FORWARD: State.FORWARDED,
        Action.DECLINE: State.DECLINED,
        Action.FORGET: State.WITHDRAWN,
    },
    State.FORWARDED: {
        Action.TAKE: State.IN_WORK,
        Action.ANSWER: State.ANSWERED,
        Action.FORGET: State.WITHDRAWN,
    },
    State.ANSWERED: {
        Action.RESUME: State.IN_WORK,
        Action.CONFIRM: State.CLOSED,
        Action.EXPIRE: State.CLOSED,
        Action.REOPEN: State.REOPENED,
        Action.FORGET: State.CLOSED,
    },
    State.DECLINED: {Action.RESUME: State.IN_WORK, Action.REOPEN: State.REOPENED},
    State.REOPENED: {Action.TAKE: State.IN_WORK, Action.FORGET: State.WITHDRAWN},
    State.CLOSED: {Action.REOPEN: State.REOPENED},
    State.WITHDRAWN: {},
}

# The action whose words the resident has before him in that state.
SAID: Mapping[State, Action] = {
    State.NEED_INFO: Action.ASK,
    State.FORWARDED: Action.FORWARD,
    State.ANSWERED: Action.ANSWER,
    State.DECLINED: Action.DECLINE,
}
REOPEN_WITHIN = timedelta(days=30)  # of closing


def moves(appeal: Appeal) -> Mapping[Action, State]:
    """The actions that its state allows by itself, each with the state it leads to.

    Thanks are closed as they are filed. An answer to them is a kind word more, and asks nothing.
    """
    allowed = TRANSITIONS[State(appeal.state)]
    if appeal.kind != "thanks":
        return allowed
    if appeal.state == State.CLOSED:
        return {Action.ANSWER: State.CLOSED}
    return {
        action: State.CLOSED if action is Action.ANSWER else to for action, to in allowed.items()
    }


def path(appeal: Appeal, action: Action, now: datetime) -> tuple[Action, ...] | None:
    """The actions that lead there, None if the state does not allow it.

    An employee may answer at once what nobody took yet: that is "take" and "answer" in one go.
    """
    allowed = moves(appeal)
    if action is Action.REOPEN and appeal.closed_at and now - appeal.closed_at > REOPEN_WITHIN:
        return None
    if action in allowed:
        return (action,)
    by_taking = Action.TAKE in allowed and action in TRANSITIONS[State.IN_WORK]
    is_allowed = by_taking and BY[action] == "employee" and action is not Action.RELEASE
    return (Action.TAKE, action) if is_allowed else None


def allows(appeal: Appeal, action: Action, now: datetime) -> bool:
    """Whether the action may happen now."""
    return path(appeal, action, now) is not None
