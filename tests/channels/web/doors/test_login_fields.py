"""The login form with fields left out, doubled, unknown and of any signs: nobody comes in, nothing breaks."""

from urllib.parse import urlencode

from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.web.doors.login import LOGIN, page_of
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk

NAMES = st.sampled_from(("code", "name", "as", "then")) | st.text(max_size=12)
SIGNS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
VALUES = SIGNS | st.sampled_from(
    ("desk", "admin", "0", "<b>", "%00", "\r\nSet-Cookie: a=b", "я" * 500)
)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=8)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(FIELDS)
async def test_no_fields_but_a_code_of_ours_open_the_staff_room(
    desk: EchoDesk, browser: ClientSession, clock: Clock, fields: list[tuple[str, str]]
) -> None:
    clock.passes(days=1)  # wrong codes of yesterday are forgotten
    headers = {"Origin": desk.url, "Content-Type": "application/x-www-form-urlencoded"}
    sent = browser.post(f"{desk.url}/staff", data=urlencode(fields), headers=headers)
    async with sent as response:
        status, text = response.status, await response.text()
        cookies = response.headers.getall("Set-Cookie", [])

    assert status == 403, fields
    assert "код не подходит" in text
    assert "<b>" not in text
    assert not any(cookie.startswith("a=") for cookie in cookies)
    assert LOGIN in await page_of(browser, f"{desk.url}/staff")
