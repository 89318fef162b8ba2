"""Tell push services who knocks: VAPID (RFC 8292), with a key that is made once and kept."""

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
MOST = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the curve's order


class Vapid:
    """Signs requests to push services with the key of this installation.

    ``secret`` is 64 hexadecimal digits, ``contact`` an address by which the operator is found.
    """

    def __init__(self, secret: str, contact: str) -> None:
        self._key = ec.derive_private_key(int(secret, 16) % (MOST - 1) + 1, CURVE)
        self._contact = contact
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = _as_text(point)

    def header(self, audience: str, until: int) -> str:
        """Return the header Authorization for requests to the origin ``audience``.

        ``until`` is a time in seconds, at most a day from now.
        """
        claims: dict[str, str | int] = {"aud": audience, "exp": until, "sub": self._contact}
        signed = f"{_as_text(_json({'typ': 'JWT', 'alg': 'ES256'}))}.{_as_text(_json(claims))}"
        made = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        both = b"".join(number.to_bytes(32) for number in decode_dss_signature(made))
        return f"vapid t={signed}.{_as_text(both)}, k={self.public_key}"


def _json(value: Mapping[str, str | int]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _as_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
