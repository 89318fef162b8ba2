"""All that stands on a poster, and its way to the child process that draws it."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Invitation:
    """A QR code of the poster: the messenger's name, and the link that it opens."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Poster:
    """The words, the codes and the look of a poster; ``logo`` is a file; empty: there is none.

    ``place``: the place at which it hangs, or the topic that it is about.
    """

    town: str
    headline: str
    how: str
    place: str
    emergency: str
    invitations: tuple[Invitation, ...]
    colour: str
    logo: str = ""

    def to_json(self) -> str:
        """The poster as text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        given = json.loads(text)
        invitations = tuple(Invitation(**one) for one in given["invitations"])
        return cls(**given | {"invitations": invitations})
