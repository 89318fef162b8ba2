"""The inbox that adapters bring their events to."""

import pytest

from tests.fakes.memory_inbox import MemoryInbox


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()
