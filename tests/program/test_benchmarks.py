"""The benchmark that talks as a resident does still finds its way through the dialogue."""

from benchmarks import push_latency
from config.settings.channels import CHANNELS


async def test_the_wait_for_an_answer_can_be_measured_in_every_channel() -> None:
    rows = await push_latency.measure(quick=True)

    assert {row.name.partition(":")[0] for row in rows} == set(CHANNELS)
