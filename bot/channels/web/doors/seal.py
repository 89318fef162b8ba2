"""Tokens of this installation, recognised by a secret that all its replicas share."""

import base64
import hmac
import re
import secrets

from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import wider
from storage.database import Database, installation

TOKEN_FORM = re.compile(r"[\w-]{43}", re.ASCII)
CHANCE, PROOF = 20, 12  # bytes of a token: nobody guesses the one or makes the other


class Seal:
    """Makes tokens that nobody can forge, and hashes that stand for addresses."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = b""

    async def secret(self) -> bytes:
        """Return the installation's secret; read once. Raises if the database is away."""
        if not self._known:

            def read(session: Session) -> str:
                return installation.secret(session, installation.WEB_SECRET)

            async with self._database.begin() as session:
                found = await session.run_sync(read)
            self._known = bytes.fromhex(found)
        return self._known

    async def new_token(self, chance: bytes = b"") -> str:
        """Return a new token of 43 signs for a browser: by chance, or made of those bytes."""
        return token(await self.secret(), chance or secrets.token_bytes(CHANCE))

    async def is_ours(self, given: str) -> bool:
        """Whether ``given`` is a token that was made here."""
        if not TOKEN_FORM.fullmatch(given):
            return False
        chance = base64.urlsafe_b64decode(f"{given}=")[:CHANCE]
        # As text: the last sign has bits that bytes do not, so four texts are the same bytes.
        return hmac.compare_digest(token(await self.secret(), chance), given)

    async def challenge(self, account: str, day: str) -> str:
        """Return the task of ``account`` for ``day``: see ``proof_of_work``."""
        return _mark(await self.secret(), f"work:{account}:{day}")

    async def sources(self, address: str) -> tuple[str, ...]:
        """Return hashes that stand for an address of ``address_of`` and for its network."""
        secret = await self.secret()
        places = dict.fromkeys((address, wider(address)))
        return tuple(_mark(secret, f"address:{place}") for place in places if place)


def token(secret: bytes, chance: bytes) -> str:
    """Return the token of the random bytes ``chance``, sealed with ``secret``."""
    proof = hmac.digest(secret, b"token:" + chance, "sha256")[:PROOF]
    return base64.urlsafe_b64encode(chance + proof).decode().rstrip("=")


def _mark(secret: bytes, what: str) -> str:
    """Return 32 signs that stand for ``what`` and tell nothing of it."""
    return hmac.digest(secret, what.encode(), "sha256").hex()[:32]
