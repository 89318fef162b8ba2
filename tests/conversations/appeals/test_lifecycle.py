"""The states of an appeal: what leads where, by whom, and that nothing else does."""

from datetime import timedelta

import pytest

from handlers.appeals.lifecycle import SYSTEM, Actor, NotAllowed, apply
from handlers.appeals.states import BY, Action, State
from handlers.turn import Work
from storage import appeals
from storage.messages import Reply
from storage.tables import Appeal
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.staff_room import appeal, change, history, outbox, planted, said

# The domain page's table, written out: state, action, state. An employee's action on what nobody
# took yet is "take" and that action in one.
LEADS = {
    "new": {
        "take": "in_work", "ask": "need_info", "forward": "forwarded", "decline": "declined",
        "answer": "answered", "withdraw": "withdrawn", "forget": "withdrawn",
    },
    "need_info": {
        "inform": "in_work", "answer": "answered", "decline": "declined", "expire": "closed",
        "resume": "in_work", "forget": "withdrawn",
    },
    "in_work": {
        "answer": "answered", "ask": "need_info", "forward": "forwarded", "decline": "declined",
        "release": "new", "forget": "withdrawn",
    },
    "forwarded": {
        "take": "in_work", "answer": "answered", "ask": "need_info", "forward": "forwarded",
        "decline": "declined", "forget": "withdrawn",
    },
    "answered": {
        "confirm": "closed", "expire": "closed", "reopen": "reopened", "forget": "closed",
        "resume": "in_work",
    },
    "declined": {"resume": "in_work", "reopen": "reopened"},
    "reopened": {
        "take": "in_work", "answer": "answered", "ask": "need_info", "forward": "forwarded",
        "decline": "declined", "forget": "withdrawn",
    },
    "closed": {"reopen": "reopened"},
    "withdrawn": {},
}  # fmt: skip
DETAILS = {"forward": {"org": "Росавтодор"}, "decline": {"reason": "частный спор"}}
ACTORS = {
    "resident": Actor("resident", "telegram:42", "Анна"),
    "employee": Actor("employee", "telegram:900", "Мария"),
    "system": SYSTEM,
}


def tried(work: Work, found: Appeal, action: Action, role: str) -> list[Reply] | None:
    """What the action says; None where it is refused."""
    details = DETAILS.get(action, {})
    try:
        return apply(work, found, action, ACTORS[role], text="текст", details=details)
    except NotAllowed:
        return None


@pytest.mark.parametrize("state", State)
async def test_the_table_is_followed_and_nothing_else_is_allowed(bor: Town, state: State) -> None:
    done: dict[tuple[str, str], tuple[str, list[tuple[str, str, str]], list[Reply]]] = {}
    ids = iter(await planted(bor, len(Action) * len(ACTORS), state=state))

    def work(task: Work) -> None:
        for action in Action:
            for role in ACTORS:
                found = appeals.get(task.session, next(ids))
                assert found
                replies = tried(task, found, action, role)
                if replies is None:
                    assert found.state == state
                    assert appeals.history(task.session, found.id) == []
                    continue
                steps = [
                    (entry.state_from, entry.state_to, entry.actor)
                    for entry in appeals.history(task.session, found.id)
                ]
                done[action, role] = (found.state, steps, replies)

    await change(bor, work)

    allowed = {(action, BY[Action(action)]): to for action, to in LEADS[state].items()}
    assert {key: to for key, (to, _, _) in done.items()} == allowed
    for (action, role), (to, steps, replies) in done.items():
        assert (steps[0][0], steps[-1][1]) == (state, to)
        assert all(actor == ACTORS[role].id for _, _, actor in steps)
        assert [before for before, _, _ in steps[1:]] == [after for _, after, _ in steps[:-1]]
        told = [reply for reply in replies if reply.to.chat == "42"]
        assert len(told) == (0 if role == "resident" or action == "release" else 1)
        assert [r.card for r in replies if r.to.chat == STAFF_ROOM] == [True]


async def test_a_closed_appeal_comes_back_for_thirty_days_only(bor: Town) -> None:
    early, late = await planted(
        bor, 2, state="closed", closed_at=bor.clock() - timedelta(days=29, hours=23)
    )

    results: list[bool] = []

    def work(task: Work) -> None:
        for number in (early, late):
            found = appeals.get(task.session, number)
            assert found
            if number == late:
                found.closed_at = task.now - timedelta(days=30, minutes=1)
            results.append(tried(task, found, Action.REOPEN, "resident") is not None)

    await change(bor, work)

    assert results == [True, False]


async def test_reopening_sets_a_new_deadline_by_the_topic(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, state="answered", deadline_at=bor.clock() - timedelta(days=5))
    await bor.messenger.press_payload(anna, "reopen:1")
    await anna.sees("не помогло")
    await anna.says("Яма на месте")
    await anna.presses("Отправить", on=await anna.sees("Яма на месте"))

    told = await anna.sees("Вернули сообщение")

    found = await appeal(bor)
    assert found.state == "reopened"
    assert found.deadline_at > bor.clock() + timedelta(days=1)
    again = bor.texts("reopened", kind="problem", number=found.number, until="до 11 декабря")
    assert again == told.text


async def test_a_resident_says_yes_and_then_no_is_refused(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, state="answered")
    await bor.messenger.press_payload(anna, "solved:1")
    await anna.sees("закрыли")

    await bor.messenger.press_payload(anna, "solved:1")
    await anna.sees("сейчас: закрыто")

    assert [entry.action for entry in await history(bor)] == ["confirm"]


async def test_a_neighbour_cannot_confirm_reopen_or_withdraw(bor: Town) -> None:
    neighbour = await bor.consenting("66", "Сосед")
    await planted(bor, state="answered")
    for name in ("solved", "reopen", "withdraw", "comment", "appeal"):
        await bor.messenger.press_payload(neighbour, f"{name}:1")
        await neighbour.sees(bor.texts("appeal-not-yours"))

    assert (await appeal(bor)).state == "answered"
    assert not said(neighbour, "МЦУ-26-000001")


async def test_every_state_and_action_has_its_words(bor: Town) -> None:
    for state in State:
        assert bor.texts(f"state-{state}")
    for action in Action:
        assert bor.texts(f"history-{action}")
        if BY[action] == "employee":
            keys = [f"push-{action}", *(f"push-{action}-{state}" for state in State)]
            told = any(key in bor.texts for key in keys)
            assert told == (action is not Action.RELEASE)
    assert await outbox(bor) == []
