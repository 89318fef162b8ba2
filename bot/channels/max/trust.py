"""Trust in MAX's servers: the default authorities and Минцифры's, for this channel alone.

The chain of platform-api2.max.ru ends in the Russian Trusted Root CA, which no store has. It stays
out of the system's store: there it would vouch for every other server, too. ``ca.pem`` holds the
root and both intermediates (gosuslugi.ru/tls, read 2026-11).
"""

import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

BUNDLE = Path(__file__).parent / "ca.pem"


def context_of(certificates: Path | None) -> ssl.SSLContext:
    """Return a context that trusts ``certificates``, a PEM file, beside the default authorities.

    None: the bundle that comes with the program.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certificates or BUNDLE)
    return context


def ends(certificates: Path | None) -> Sequence[tuple[str, datetime]]:
    """Return the names of the bundle's authorities, and when each ends; the first to end first."""
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.load_verify_locations(certificates or BUNDLE)
    found = [(_name(one), _end(one)) for one in alone.get_ca_certs()]
    return sorted(found, key=lambda one: one[1])


def _name(certificate: Mapping[str, object]) -> str:
    subject = certificate.get("subject")
    parts = [pair for group in subject for pair in group] if isinstance(subject, tuple) else []
    return next((str(value) for name, value in parts if name == "commonName"), "")


def _end(certificate: Mapping[str, object]) -> datetime:
    seconds = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return datetime.fromtimestamp(seconds, UTC)
