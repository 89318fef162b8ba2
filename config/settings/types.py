"""Types of settings that refuse a wrong value with the key of the text that helps."""

import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
DIGITS = re.compile(r"\d{1,18}", re.ASCII)
HOURS = re.compile(r"(\d{1,2})[-–—](\d{1,2})", re.ASCII)
PORTS = re.compile(r"[\d,]*")
PREFIX = re.compile(r"[\w-]{1,16}")


def refused(text: str) -> PydanticCustomError:
    """The error whose type is the key of a text."""
    return PydanticCustomError(text, text)


def checked(text: str, holds: Callable[[Any], object]) -> AfterValidator:
    """Refuse, with a text, what does not hold; secrets are looked into."""

    def check(value: Any) -> Any:
        if not holds(value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise refused(text)
        return value

    return AfterValidator(check)


def like(text: str, pattern: re.Pattern[str]) -> AfterValidator:
    """Refuse, with a text, what the pattern does not match."""
    return checked(text, pattern.fullmatch)


def number(text: str, least: int, most: int) -> BeforeValidator:
    """Read a number of the range; refuse all else with a text."""

    def read(value: Any) -> int:
        if not DIGITS.fullmatch(str(value)) or not least <= int(value) <= most:
            raise refused(text)
        return int(value)

    return BeforeValidator(read)


def _hours(value: str) -> str:
    match = HOURS.fullmatch(value.replace(" ", ""))
    if not match or not 0 <= int(match[1]) < int(match[2]) <= 24:
        raise refused("settings-need-hours")
    return f"{match[1]}-{match[2]}"


def _switch(value: Any) -> Any:
    if str(value).lower() not in ("on", "off"):
        raise refused("settings-need-on-off")
    return str(value).lower()


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets, ports
        return False


def _has_no_login(value: str) -> bool:
    return urlsplit(value).username is None


def _is_public(value: str) -> bool:
    """With https; a server that only tries things out on its own machine may do without."""
    if not _is_url(value):
        return False
    parts = urlsplit(value)
    return parts.scheme == "https" or parts.hostname in LOCAL_HOSTS


def _is_database(value: str) -> bool:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        return False
    ports = url.normalized_query.get("port", ())
    return url.drivername in DRIVERS and all(PORTS.fullmatch(port) for port in ports)


def _is_error_reports(value: str) -> bool:
    """A key before the host and a project's number at the end, as Sentry's library wants it."""
    if not _is_url(value):
        return False
    parts = urlsplit(value)
    project = parts.path.rpartition("/")[2]
    return bool(parts.username) and project.isascii() and project.isdigit()


def _has_certificates(path: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):  # SSLError is an OSError
        return False
    return True


def _for_asyncpg(value: str) -> str:
    """``sslmode`` is libpq's name for what asyncpg calls ``ssl``; the values are the same."""
    url = make_url(value)
    if url.drivername != "postgresql+asyncpg" or "sslmode" not in url.query:
        return value
    query = {"ssl": url.query["sslmode"]} | dict(url.query)
    del query["sslmode"]
    return url.set(query=query).render_as_string(hide_password=False)


def _without_last_slash(value: str) -> str:
    return value.rstrip("/")


DatabaseUrl = Annotated[
    str, checked("settings-need-database", _is_database), AfterValidator(_for_asyncpg)
]
Certificates = Annotated[Path, checked("settings-need-certificates", _has_certificates)]
ClamAv = Annotated[
    str,
    like(
        "settings-need-clamav",
        re.compile(r"unix:/[^\0]{1,100}|([\w.-]{1,253}|\[[0-9A-Fa-f:.]+\]):\d{1,5}", re.ASCII),
    ),
]
ExaminerMemory = Annotated[int, number("settings-need-examiner-memory", 200, 2000)]
Examiners = Annotated[int, number("settings-need-examiners", 1, 2)]
FloodLimit = Annotated[int, number("settings-need-flood", 0, 6000)]
UndoSeconds = Annotated[int, number("settings-need-undo", 0, 60)]
FilesUrl = Annotated[
    str,  # a bucket's name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    like(
        "settings-need-files",
        re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w-]+)*/?", re.ASCII),
    ),
]
Folder = Annotated[Path, checked("settings-need-folder", lambda path: "\0" not in str(path))]
Host = Annotated[
    str, like("settings-need-host", re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+", re.ASCII))
]
Hour = Annotated[int, number("settings-need-hour", 0, 23)]
Hours = Annotated[str, AfterValidator(_hours)]
Name = Annotated[
    str,
    checked("settings-need-name", lambda name: len(name) <= 200 and len(name.splitlines()) == 1),
]
OnOff = Annotated[Literal["on", "off", ""], BeforeValidator(_switch)]
Port = Annotated[int, number("settings-need-port", 0, 65535)]
Prefix = Annotated[str, checked("settings-need-prefix", PREFIX.fullmatch)]
PublicUrl = Annotated[
    str, checked("settings-need-public-url", _is_public), AfterValidator(_without_last_slash)
]
Region = Annotated[str, like("settings-need-region", re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII))]
SentryDsn = Annotated[SecretStr, checked("settings-need-sentry", _is_error_reports)]
Timezone = Annotated[
    str, checked("settings-need-timezone", lambda name: name in available_timezones())
]
Url = Annotated[str, checked("settings-need-url", _is_url), AfterValidator(_without_last_slash)]
# A token in the header leaves no room for a name and a password: a request has one of the two.
UrlWithoutLogin = Annotated[Url, checked("settings-need-url-without-login", _has_no_login)]
