"""Whom the channel trusts: the default authorities and the bundle, which is the one that MAX has."""

import hashlib
import json
import ssl
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.channels.max.calls import OFFICIAL_URL
from bot.channels.max.trust import BUNDLE, context_of, ends
from bot.failures import RetryLater
from config.texts import Texts
from tests.fakes.files import MemoryFiles
from tests.paths import ROOT
from tests.support.servers.file_host import host_of_files, own_certificate

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


def adapter_of(api_url: str | None, certificates: Path | None = None) -> MaxAdapter:
    return MaxAdapter(
        "token", MemoryFiles(), Texts.load(), api_url=api_url, certificates=certificates
    )


async def fetched(adapter: MaxAdapter, url: str) -> bytes:
    ref = json.dumps({"t": "file", "u": f"{url}/file", "m": "mid.1", "n": 0})
    return b"".join([chunk async for chunk in adapter.fetch(ref)])


async def test_behind_a_server_of_our_own_files_are_trusted_as_the_api_is(
    tmp_path: Path,
) -> None:
    certificate, context = own_certificate(tmp_path)
    async with host_of_files(context) as (url, _):
        trusting, another = adapter_of(url, certificate), adapter_of(url)

        assert await fetched(trusting, url) == b"bytes"
        with pytest.raises(RetryLater, match="Certificate"):  # the file is there all the same
            await fetched(another, url)

        await trusting.close()
        await another.close()


@pytest.mark.parametrize("api_url", [None, OFFICIAL_URL, "https://platform-api3.max.ru/"])
async def test_with_an_api_of_max_s_no_inner_address_is_asked(api_url: str | None) -> None:
    async with host_of_files() as (url, asked):
        adapter = adapter_of(api_url)
        await adapter.close()  # so that no fresh address is asked for
        with pytest.raises(RetryLater):
            await fetched(adapter, url)
        await adapter.close()

    assert asked == []
