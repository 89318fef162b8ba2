"""Every action by everyone who may not: nothing changes, nobody is told, nothing is given away."""

import re
from pathlib import Path

from storage.town import web_access
from tests.support import actions
from tests.support.towns.conversation import STAFF_ROOM
from tests.support.towns.filing import at_once
from tests.support.towns.outsiders import (
    OUTSIDERS,
    SECRET,
    Outsider,
    attempts,
    event,
    everyone_is_asked,
    everything,
    guarded,
    names,
    numbers,
    opened_by,
    settled,
    stop_delivery,
    told_to,
)
from tests.support.towns.staff_room import look

# They need more than a press: a message that may be about several things, somebody who is banned.
NEVER_ASKED = {"about", "unblock"}
OF_CATEGORIES = ("adm:addtopic", "adm:bind", "adm:unbind", "adm:wordsof")
TOGETHER = 500  # fewer than may wait at once


async def test_a_code_opens_the_room_for_those_alone_who_see_all_of_it(tmp_path: Path) -> None:
    """Else the codes that the test below looks for would be given to nobody."""
    async with guarded(tmp_path) as bor:
        stop_delivery()
        maria = Outsider("900", STAFF_ROOM, private=False)
        others = [one for one in OUTSIDERS.values() if one.chat != STAFF_ROOM]
        for number, who in enumerate([maria, *others]):
            await at_once(bor, event(who, f"web{number}", text="/web"))

        assert len(await opened_by(bor, maria)) == 1
        for who in others:
            assert "code=" not in await told_to(bor, who), who
        codes = re.findall(r"code=(\d{12})", await told_to(bor, maria))
        opened = [
            await look(bor, lambda s, code=code: web_access.use_code(s, code, "b", bor.clock()))  # type: ignore[misc]
            for code in set(codes)
        ]
        assert len([one for one in opened if one]) == 1


async def test_no_outsider_changes_or_learns_anything_by_any_action(tmp_path: Path) -> None:
    async with guarded(tmp_path) as bor:
        drafts = await everyone_is_asked(bor)
        await settled(bor)
        stop_delivery()  # from now on what is said stays in the outbox
        for who, outsider in OUTSIDERS.items():
            before, heard = await everything(bor, outsider), await told_to(bor, outsider)

            events = await attempts(bor, outsider, drafts)
            for start in range(0, len(events), TOGETHER):
                await at_once(bor, *events[start : start + TOGETHER])

            assert len(events) > 100, who
            assert await everything(bor, outsider) == before, who
            told = (await told_to(bor, outsider)).removeprefix(heard)
            given_away = re.search(rf"{SECRET}|МЦУ-26-0000\d\d ·|Анна", told)
            assert given_away is None or outsider.chat == STAFF_ROOM, who
            assert not re.search(r"code=\d", told) or outsider.chat == STAFF_ROOM, who
            assert await opened_by(bor, outsider) == [], who
        assert {draft.form for draft in drafts} >= actions.FORMS.keys() - NEVER_ASKED


async def test_whoever_has_the_right_is_answered_by_every_one_of_these_actions(
    tmp_path: Path,
) -> None:
    """Else the test above would pass with actions that nobody can do."""
    async with guarded(tmp_path) as bor:
        stop_delivery()
        ids, nodes = await numbers(bor), await names(bor)
        maria, anna = Outsider("900", STAFF_ROOM, private=False), Outsider("42", "42")
        admin = Outsider("7", "7")
        refusals = {
            bor.texts("staff-old-button"),
            bor.texts("appeal-not-yours"),
            bor.texts("form-old-button"),
            bor.texts("admin-gone"),
        }
        presses = list(actions.presses_about(ids[:1]))
        staffs = [p for p in presses if p.partition(":")[0] in actions.STAFF_VERBS]
        residents = [p for p in presses if p.partition(":")[0] in actions.RESIDENT_VERBS]
        edits = [p for p in actions.presses_of_admins(nodes) if p.endswith(nodes[1])]

        for who, what in ((maria, staffs), (anna, residents), (admin, edits)):
            for number, press in enumerate(what):
                before = await told_to(bor, who)
                await at_once(bor, event(who, f"right{number}", press=press))
                told = (await told_to(bor, who)).removeprefix(before)
                assert told, press
                refused = any(refusal in told for refusal in refusals)
                assert not refused or press.startswith(OF_CATEGORIES), press


def test_every_button_and_command_of_the_code_is_among_the_actions() -> None:
    known = actions.RESIDENT_VERBS | actions.STAFF_VERBS | actions.OWN | {"adm", "consent"}

    assert actions.buttons() - known == {"form", "edit"}  # of forms: see actions.answers_to
    assert set(actions.commands()) >= {"/block", "/find", "/admin", "/delete_me", "/bind", "/id"}
