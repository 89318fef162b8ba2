"""Links into our channels, known beforehand: who answers inside a transaction can ask nobody."""

import asyncio
from collections.abc import Iterable

import structlog

from bot.failures import RetryLater
from bot.protocol import Adapter, invitation_of

CODE = "CODE"  # in the place of which another one is put
AGAIN_AFTER = 30.0  # seconds, for messengers that were away
LOOK_EVERY = 3600.0  # a bot may be given another name

log = structlog.get_logger()


class Invitations:
    """The links of channels, by their names, as far as their messengers have told."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, channel: str, code: str) -> str:
        """Return the link that opens a channel with a code; empty if it is not known."""
        return self._known.get(channel, "").replace(CODE, code)

    async def learn(self, adapters: Iterable[Adapter]) -> bool:
        """Ask for the links; return whether all have told."""
        told = True
        for adapter in adapters:
            try:
                self._known[adapter.channel] = await invitation_of(adapter, CODE)
            except RetryLater as error:
                log.info("link_untold", channel=adapter.channel, error=str(error))
                told = False
        return told

    async def run(self, adapters: Iterable[Adapter]) -> None:
        """Ask again and again until cancelled."""
        while True:
            pause = LOOK_EVERY if await self.learn(adapters) else AGAIN_AFTER
            await asyncio.sleep(pause)
