"""Keyboards that stand in the chats, remembered to be edited into what is next or taken away.

A question of a form and a menu have a spot in their chat (``Reply.spot``). Whatever comes to the
spot next takes the place of the message there, or else that message loses its buttons. All of it
is only remembered: an answer costs no statement more. A program that has just started finds no
message to edit and sends another; who presses an old button is told what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.protocol import Limits, Part
from bot.recent import Recent
from storage.messages import Address, Reply

MOST = 5_000  # keyboards, and as many chats: about 10 MB


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of ours with buttons, as it stands in a chat."""

    message: str
    part: Part

    @property
    def without_buttons(self) -> Part:
        """The same without its buttons."""
        return replace(self.part, rows=(), fill="")


class LiveKeyboards:
    """A bounded memory of them, and of the message of ours that came last to each chat."""

    def __init__(self) -> None:
        self._standing: Recent[tuple[Address, str], Standing] = Recent(MOST)
        self._last: Recent[Address, str] = Recent(MOST)

    def place_of(self, reply: Reply, parts: Sequence[Part], limits: Limits) -> str:
        """The id of the message that becomes this reply; empty: it is a message of its own."""
        is_shown = reply.pressed and limits.shows_presses  # below it, as what was pressed
        if not reply.edits or is_shown or not _is_plain(parts):
            return ""
        spots = [reply.spot, *reply.ends]
        there = [self._standing.get((reply.to, spot)) for spot in spots]
        # Whom to call stays where it was said, and pictures where they are shown.
        kept = (one for one in there if one and not (one.part.call or one.part.attachments))
        messages = [one.message for one in kept]
        last, pressed = self._last.get(reply.to, ""), reply.pressed
        wanted = {
            "pressed and last": [pressed] if pressed == last else [],
            "pressed": [pressed],
            "pressed or last": [pressed, last],
        }[reply.edits]
        return next((one for one in wanted if one and one in messages), "")

    def note(self, reply: Reply, part: Part, message: str) -> list[Standing]:
        """Remember that ``message`` is this reply now; return those that are to lose their buttons."""
        self._last.note(reply.to, message)
        ended = dict.fromkeys(spot for spot in (reply.spot, *reply.ends) if spot)
        there = [self._standing.pop((reply.to, spot), None) for spot in ended]
        if reply.spot and part.rows and part.keyboard == "inline":
            self._standing.note((reply.to, reply.spot), Standing(message, part))
        return [one for one in there if one and one.message != message]


def _is_plain(parts: Sequence[Part]) -> bool:
    """Whether it is one text with the buttons under it: no other message can be edited into another."""
    return len(parts) == 1 and parts[0].keyboard == "inline" and not parts[0].attachments
