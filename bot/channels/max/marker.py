"""The marker up to which updates have been read by polling. It belongs to one bot."""

from bot.channels.max.reading.events import CHANNEL
from bot.protocol import EventSink

WHOSE = "max-account"  # the cursor that tells whose the marker is


class Marker:
    """The marker of the bot that ``account`` stands for.

    Whether bots share their numbers is not documented. Another bot's marker may confirm updates that
    nobody has read, so it counts for nothing once the token is another's.
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._is_ours = False

    async def find(self, inbox: EventSink) -> str:
        """The next expected update; empty: all that was not confirmed."""
        whose = await inbox.cursor(WHOSE)
        self._is_ours = whose == self._account
        if whose and not self._is_ours:
            return ""
        return await inbox.cursor(CHANNEL) or ""

    async def move(self, inbox: EventSink, marker: str) -> None:
        """Keep it, and after it whose it is: a stop in between only brings updates again."""
        await inbox.move_cursor(CHANNEL, marker)
        if not self._is_ours:
            await inbox.move_cursor(WHOSE, self._account)
            self._is_ours = True
