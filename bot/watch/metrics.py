"""``/metrics`` in Prometheus form: counts of this process, and figures of the tables.

Counted since the start of the process: updates, sent messages, troubles in the log, contact with
each channel. Read from the tables when asked (``storage.gauges``), the same in every replica:
the outbox, appeals, files, parked events.
"""

import time
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.watch.space import Disk
from storage.gauges import Figures

_counted = CollectorRegistry()
_updates = Counter("mcu_updates", "Updates that were kept", ["channel"], registry=_counted)
_seconds = Histogram(
    "mcu_update_seconds",
    "From the coming of an update to its commit",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_counted,
)
_dropped = Counter(
    "mcu_updates_dropped", "Updates of banned people and floods", ["channel"], registry=_counted
)
_empty = Counter(
    "mcu_updates_without_content",
    "Updates in which a messenger leaves out even who wrote: voice messages",
    ["channel"],
    registry=_counted,
)
_messages = Counter(
    "mcu_messages", "Messages handed to a channel", ["channel", "outcome"], registry=_counted
)
_refused_files = Counter(
    "mcu_files_refused",
    "Files that were looked through and not taken",
    ["reason"],
    registry=_counted,
)
_troubles = Counter(
    "mcu_log_troubles", "Warnings and errors in the log", ["level", "event"], registry=_counted
)
_slow = Counter("mcu_slow", "Handlers and jobs that held everybody up", ["name"], registry=_counted)
_contact = Gauge(
    "mcu_channel_contact_timestamp_seconds",
    "When the channel last answered or brought something",
    ["channel"],
    registry=_counted,
)
_contacts: dict[str, float] = {}  # the same by time.monotonic()
_started = time.monotonic()


def update_kept(channel: str, seconds: float) -> None:
    """Count a committed update; ``seconds`` from its coming to its commit."""
    _updates.labels(channel).inc()
    _seconds.labels(channel).observe(seconds)
    reached(channel)


def event_dropped(channel: str) -> None:
    """Count an update that was not let in: of a banned person, or of a flood."""
    _dropped.labels(channel).inc()


def update_empty(channel: str) -> None:
    """Count an update that brought nothing: nobody can be answered."""
    _empty.labels(channel).inc()


def message_sent(channel: str, outcome: str) -> None:
    """Count a message by ``outcome``: sent, retry, refused, closed, blocked, moved, broken_off."""
    _messages.labels(channel, outcome).inc()
    if outcome == "sent":
        reached(channel)


def file_refused(reason: str) -> None:
    """Count a file that was not taken; ``reason`` is one of ``bot.file_kinds.REASONS``."""
    _refused_files.labels(reason).inc()


def was_slow(name: str) -> None:
    """Count a handler or a job that kept the event loop for long."""
    _slow.labels(name).inc()


def trouble(level: str, event: str) -> None:
    """Count a warning or an error of the log."""
    _troubles.labels(level, event).inc()


def reached(channel: str) -> None:
    """Note that the channel answered, or brought something."""
    _contacts[channel] = time.monotonic()
    _contact.labels(channel).set_to_current_time()


def silent_for(channel: str) -> float:
    """Seconds since the channel's last sign of life, or since the start."""
    return time.monotonic() - _contacts.get(channel, _started)


def exposition(figures: Figures | None, disks: Sequence[Disk] = ()) -> bytes:
    """All metrics in Prometheus' text form. Without ``figures`` the tables cannot be read."""
    parts = (_waiting(figures), _room(disks), _counted)
    return b"".join(generate_latest(part) for part in parts)


def _room(disks: Sequence[Disk]) -> CollectorRegistry:
    registry = CollectorRegistry()
    free = Gauge("mcu_free_bytes", "Free where it lies", ["place"], registry=registry)
    floor = Gauge(
        "mcu_free_floor_bytes", "With less no files are taken", ["place"], registry=registry
    )
    for disk in disks:
        free.labels(disk.place).set(disk.free)
        floor.labels(disk.place).set(disk.floor)
    return registry


def _waiting(figures: Figures | None) -> CollectorRegistry:
    registry = CollectorRegistry()
    Gauge("mcu_database_up", "Whether the tables can be read", registry=registry).set(bool(figures))
    if figures is None:
        return registry
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
    Gauge("mcu_uploads_unsaid_bytes", "Uploads that are in no message yet", registry=registry).set(
        figures.unsaid_bytes
    )
    parked.set(figures.parked)
    return registry
