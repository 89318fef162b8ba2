"""``/metrics`` in Prometheus form: read from the tables when asked, so nothing has to be counted."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from storage.figures import Figures


def exposition(figures: Figures) -> bytes:
    """The figures as Prometheus reads them."""
    registry = CollectorRegistry()
    unsent = Gauge("mcu_outbox_unsent", "Messages on their way", ["channel"], registry=registry)
    oldest = Gauge(
        "mcu_outbox_oldest_seconds", "Age of the oldest unsent", ["channel"], registry=registry
    )
    appeals = Gauge("mcu_appeals", "Appeals by state", ["state"], registry=registry)
    files = Gauge("mcu_files_waiting", "Files to be fetched", registry=registry)
    parked = Gauge("mcu_events_parked", "Events nobody could handle", registry=registry)
    for channel, count in figures.unsent.items():
        unsent.labels(channel).set(count)
        oldest.labels(channel).set(figures.oldest_unsent[channel])
    for state, count in figures.appeals.items():
        appeals.labels(state).set(count)
    files.set(figures.files_waiting)
    parked.set(figures.parked)
    return generate_latest(registry)
