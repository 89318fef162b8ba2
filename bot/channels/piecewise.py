"""Send parts piece by piece: a refused one in simpler forms, and none again that went out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.channels.lesser import lesser
from bot.failures import RetryLater, Unsendable
from bot.protocol import Part
from bot.recent import Recent

MOST_BROKEN_OFF = 1_000


class PieceRefused(Exception):
    """The messenger does not take this piece as it is; nothing of it was sent."""


@dataclass
class _Progress:
    """The progress of a part. With each piece stands whether it has of the part's own text.

    ``sent`` has the ids of those that went out.
    """

    left: list[tuple[bool, Part]]
    sent: list[tuple[bool, list[str]]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class Piecewise:
    """Sends the pieces of parts. A retry begins with the piece that failed."""

    def __init__(self, simpler: Callable[[Part], list[Part]] = lesser) -> None:
        """``simpler`` gives what to try in place of a refused piece."""
        self._simpler = simpler
        self._broken_off: Recent[int, _Progress] = Recent(MOST_BROKEN_OFF)

    async def send(
        self, key: int, pieces: Sequence[Part], send: Callable[[Part], Awaitable[list[str]]]
    ) -> list[str]:
        """Send all pieces; return the ids of their messages, those with text first.

        ``send`` sends one and raises PieceRefused. Raises Unsendable if nothing could be sent, and
        what else ``send`` raises.
        """
        progress = self._broken_off.pop(key, None) or _Progress(
            [(bool(piece.text), piece) for piece in pieces]
        )
        try:
            while progress.left:
                await self._send_first(progress, send)
        except RetryLater:
            self._broken_off.note(key, progress)
            raise
        if not progress.sent:
            raise Unsendable((progress.refusals or ["refused in every form"])[-1])
        text_first = sorted(progress.sent, key=lambda one: not one[0])
        return [message for _, messages in text_first for message in messages]

    async def _send_first(
        self, progress: _Progress, send: Callable[[Part], Awaitable[list[str]]]
    ) -> None:
        has_text, piece = progress.left[0]
        try:
            messages = await send(piece)
        except PieceRefused as refusal:
            progress.refusals.append(str(refusal))
            simpler = self._simpler(piece)
            progress.left[:1] = [(has_text and bool(one.text), one) for one in simpler]
        else:
            progress.sent.append((has_text, messages))
            del progress.left[0]
