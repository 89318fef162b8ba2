"""The web chat's frames, with fields left out, of other types and unknown: no line breaks.

An act that is understood becomes an event that the tables take; one that is not is given back to
its page by its id.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.channels.web.events import (
    FRAME,
    Hello,
    Older,
    Ping,
    Visitor,
    Worked,
    not_understood,
    to_event,
)
from storage.messages import Event
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.web import WebPeople
from tests.faults.plan import PLAN
from tests.support import shapes

NOW = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
ANNA = Visitor("guest.1", "Анна", staff=False, session=0)
FUZZ = settings(
    max_examples=3000 if PLAN.long else 200,
    derandomize=not PLAN.long,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
ID = "0123456789abcdef"
IDS = st.just(ID)
frames = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("say"), "id": IDS, "text": shapes.TEXTS},
        optional={"reply_to": shapes.TEXTS, "files": st.lists(shapes.TEXTS, max_size=12)},
    ),
    st.fixed_dictionaries(
        {"type": st.just("press"), "id": IDS, "payload": shapes.TEXTS, "message": shapes.TEXTS}
    ),
    st.fixed_dictionaries(
        {"type": st.just("place"), "id": IDS, "lat": st.floats(), "lon": st.floats()}
    ),
    st.fixed_dictionaries(
        {"type": st.just("hello")},
        optional={
            "first": st.integers(),
            "last": st.integers(),
            "edited": st.datetimes().map(lambda at: f"{at.isoformat()}-12:00"),
            "count": st.integers(),
        },
    ),
    st.fixed_dictionaries({"type": st.just("older"), "before": st.integers()}),
    st.fixed_dictionaries({"type": st.just("ping"), "new": shapes.JSON}),
)


@FUZZ
@given(frames | shapes.broken(frames) | shapes.JSON)
def test_a_frame_is_an_event_that_the_tables_take_or_goes_back_by_its_id(raw: Any) -> None:
    data = json.dumps(raw)
    try:
        frame = FRAME.validate_json(data)
    except ValidationError:
        answer = not_understood(data, "Не поняли")
        if isinstance(raw, dict) and raw.get("id") == ID:
            assert answer["id"] == ID
        assert answer["text"]
        return
    if isinstance(frame, Hello):
        assert frame.edited is None or frame.edited.astimezone(UTC)
    if isinstance(frame, Hello | Older | Ping | Worked):
        return
    event = to_event(ANNA, frame, None, NOW)
    assert Event.from_json(event.to_json()) == event
    assert len(event.id) <= 100
    assert "\0" not in event.press + event.text
    if event.place:
        assert event.place.lat is not None


async def test_words_beside_an_odd_field_come_back_or_arrive_and_the_line_lives(
    tmp_path: Path,
) -> None:
    desk = EchoDesk(tmp_path, utc_now)
    await desk.start()
    texts = desk.texts
    says = {"type": "say", "text": "Яма"}
    odd: list[tuple[dict[str, Any], str]] = [
        ({**says, "files": None}, texts("web-not-understood")),
        ({**says, "files": ["a\0b"]}, texts("web-file-lost")),
        ({**says, "text": None}, texts("web-not-understood")),
        ({**says, "text": {"a": 1}}, texts("web-not-understood")),
        ({"type": "say"}, texts("web-empty")),
        ({**says, "type": "sing"}, texts("web-not-understood")),
        ({"type": "place", "lat": 1e300, "lon": 5}, texts("web-not-understood")),
        ({"type": "place", "lat": 56.0}, texts("web-not-understood")),
        ({"type": "press", "payload": "a\0b", "message": "٣"}, texts("web-not-understood")),
    ]
    async with WebPeople(desk.url, twice=False) as web:
        anna = web.person("42")
        page = await anna.opens()
        for act, told in odd:
            notice = await page.does(act)
            assert anna.room.message(notice).text == told, act
        replies: list[Any] = [{}, 7, None, "٣", "9" * 400]
        for reply_to in replies:
            await page.does({**says, "reply_to": reply_to, "unknown": [1]})
        await anna.says("Последнее")
        await anna.sees("Вы написали: Последнее")
        assert [event.text for event in desk.bot.events] == [*["Яма"] * 5, "Последнее"]
    await desk.stop()
