"""The kinds of danger that residents are told different things about."""

from enum import StrEnum


class Danger(StrEnum):
    """A kind of danger to life. Its value is the end of its texts' names."""

    LIFE = "life"
    GAS = "gas"
    CHILD = "child"
    DESPAIR = "despair"
