"""Whom the channel trusts: the default authorities and the bundle, which is the one that MAX has."""

import hashlib
import ssl
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.max.trust import BUNDLE, context_of, ends
from tests.paths import ROOT

# Of the root and both intermediates, as Минцифры publishes them (gosuslugi.ru/tls, read 2026-11).
FINGERPRINTS = {
    "D26D2D0231B7C39F92CC738512BA54103519E4405D68B5BD703E9788CA8ECF31": "Russian Trusted Root CA",
    "BBBDE2103E790B999EC62BD03CF625A5A2E7C316E10AFE6A490EEDEAD8B3FD9B": "Russian Trusted Sub CA",
    "2155785036C900DBB5F1BB2A1569C80C55595BD6BF94867A29BBDDBC7D88A3F2": "Russian Trusted Sub CA",
}


def fingerprints(context: ssl.SSLContext) -> set[str]:
    return {
        hashlib.sha256(one).hexdigest().upper() for one in context.get_ca_certs(binary_form=True)
    }


def test_the_bundle_is_the_root_and_both_intermediates() -> None:
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.load_verify_locations(BUNDLE)

    assert fingerprints(alone) == FINGERPRINTS.keys()
    assert sorted(name for name, _ in ends(None)) == sorted(FINGERPRINTS.values())
    assert ends(None)[0][1] == datetime(2027, 3, 6, 11, 25, 19, tzinfo=UTC)


def test_the_bundle_comes_with_the_package() -> None:
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert str(BUNDLE.relative_to(ROOT / "bot")) in shipped["package-data"]["bot"]


def test_the_context_verifies_and_leaves_the_others_as_they_are() -> None:
    before = fingerprints(ssl.create_default_context())
    context = context_of(None)

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert fingerprints(context) >= FINGERPRINTS.keys()
    assert fingerprints(ssl.create_default_context()) == before
    assert not before & FINGERPRINTS.keys()


def test_a_file_of_the_operator_takes_the_place_of_the_bundle(tmp_path: Path) -> None:
    first = BUNDLE.read_text().partition("-----END CERTIFICATE-----")[0]
    alone = tmp_path / "root.pem"
    alone.write_text(f"{first}-----END CERTIFICATE-----\n")

    assert len(fingerprints(context_of(alone)) & FINGERPRINTS.keys()) == 1
    assert len(ends(alone)) == 1


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    with pytest.raises(ssl.SSLError):
        context_of(wrong)
