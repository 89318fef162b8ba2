"""What an operator watches: how much waits where."""

from aiohttp.test_utils import TestClient, TestServer

from bot.server import build_server
from tests.conversation import Town


async def test_metrics_tell_what_waits(bor: Town) -> None:
    anna = await bor.consenting()
    await bor.filed(anna)
    bor.messenger.down = True
    await anna.says("/help")

    async with TestClient(TestServer(build_server([], bor.database))) as client:
        response = await client.get("/metrics")
        text = await response.text()

    assert response.status == 200
    assert 'mcu_appeals{state="new"} 1.0' in text
    assert 'mcu_outbox_unsent{channel="telegram"} 1.0' in text
    assert "mcu_events_parked 0.0" in text
    assert "Анна" not in text
