"""Typed settings from the environment and ``.env``; each wrong value is told in one line."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from config.settings.channels import (
    CHANNELS,
    WEB_ADMIN,
    WEB_STAFF,
    ChannelVariables,
    variable,
)
from config.settings.site import SiteVariables
from config.settings.types import (
    ClamAv,
    DatabaseUrl,
    ExaminerMemory,
    Examiners,
    FilesUrl,
    FloodLimit,
    Folder,
    Host,
    Hour,
    Hours,
    Name,
    Port,
    Prefix,
    PublicUrl,
    Region,
    SentryDsn,
    Timezone,
    UndoSeconds,
    Url,
    refused,
)
from config.settings.variables import (
    FROM_FILE,
    Unreadable,
    nearest,
    read_variables,
    secrets_from_files,
)
from config.texts import Texts


class SettingsError(Exception):
    """The installation is set up wrong; each line says which variable and what it should be."""


class Settings(ChannelVariables, SiteVariables):
    """The settings of an installation; each field is the variable ``MCU_<NAME>``."""

    database_url: DatabaseUrl = ""
    data_dir: Folder = Path("data")
    files_dir: Folder | None = None
    public_url: PublicUrl | None = None
    web_host: Host = "127.0.0.1"
    web_port: Port = 8080
    municipality: Name = "Муниципальный центр управления"
    timezone: Timezone = "Europe/Moscow"
    number_prefix: Prefix = "МЦУ"
    work_hours: Hours = "9-18"
    digest_hour: Hour = 9
    emergency_numbers: str = ""
    helpline: str = "8-800-2000-122"
    formal_url: Url = "https://www.gosuslugi.ru/feedback"
    postal_address: str = ""
    privacy_url: Url = ""
    clamav: ClamAv = ""
    files_url: FilesUrl = ""
    s3_endpoint: Url | None = None
    s3_key: SecretStr | None = None
    s3_secret: SecretStr | None = None
    s3_region: Region = "us-east-1"
    sentry_dsn: SentryDsn | None = None
    flood_limit: FloodLimit = 30
    undo_seconds: UndoSeconds = 10
    examiners: Examiners = 2
    examiner_memory: ExaminerMemory = 300  # MB, of each

    _warnings: list[str] = PrivateAttr(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings for the operator of settings with which the program runs all the same."""
        return tuple(self._warnings)

    @property
    def files_folder(self) -> Path:
        """The folder of people's files; files on their way lie in its ``tmp``, with S3 too."""
        return self.files_dir or self.data_dir / "files"

    @property
    def zone(self) -> ZoneInfo:
        """The timezone of dates and working hours."""
        return ZoneInfo(self.timezone)

    @property
    def working_hours(self) -> tuple[int, int]:
        """Hours of the working day: the first, and the one it ends at."""
        start, end = self.work_hours.split("-")
        return int(start), int(end)

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        """Variables that need each other; here an error's text is the whole line."""
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir / 'mcu.db'}"
        self._need_whole_channels()
        if self.public_url:
            self._need_secrets()
        self._need_whole_store()
        if not self.channels:
            raise refused("settings-no-channel")
        self._complete_staff_chat()
        self._need_staff_channel()
        self._need_dialogue()
        if self.staff_on_web and WEB_ADMIN not in self.admins:
            self.admins = (*self.admins, WEB_ADMIN)
        return self

    def _need_whole_store(self) -> None:
        """A store needs all of them; without one they are as good as misspelt."""
        given = {
            "MCU_S3_ENDPOINT": self.s3_endpoint,
            "MCU_S3_KEY": self.s3_key,
            "MCU_S3_SECRET": self.s3_secret,
        }
        for name, value in given.items():
            if bool(value) != bool(self.files_url):
                missing = "MCU_FILES_URL" if value else name
                raise PydanticCustomError("settings-store-missing", "missing", {"name": missing})

    def _complete_staff_chat(self) -> None:
        """Without one, cards wait on the web: the bot has to run to tell a group's address."""
        if not self.staff_chat:
            self.staff_chat = WEB_STAFF
            if self.messengers:
                self._warnings.append(Texts.load()("settings-staff-chat-missing"))


NAMES = {variable(name): name for name in Settings.model_fields}
# Never printed; may be given as MCU_..._FILE.
SECRETS = frozenset(
    {
        "MCU_DATABASE_URL",
        "MCU_S3_KEY",
        "MCU_S3_SECRET",
        "MCU_SENTRY_DSN",
        *(variable(name) for row in CHANNELS.values() for name in row.secrets),
    }
)
# Settings that are no more: the text that says what to do instead.
REMOVED = {"MCU_WEB_STAFF_TOKEN": "settings-removed-web-staff-token"}
CODE_COMMAND = "python -m bot code"  # gives a one-time code for the staff room on the site


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: str | None = None
) -> Settings:
    """Read the settings; raises SettingsError with a line for each variable that is wrong.

    Without ``environ`` it is the process's environment and the ``.env`` of the current folder.
    """
    if environ is None:
        environ, env_file = os.environ, env_file or ".env"
    try:
        found = secrets_from_files(read_variables(environ, env_file), SECRETS)
    except Unreadable as error:
        raise SettingsError(Texts.load()(error.text, **error.variables)) from None
    known = {NAMES[name]: value for name, value in found.items() if name in NAMES}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False)
        raise SettingsError("\n".join(_line(one, found) for one in mistakes)) from None
    unknown = [_unknown(name) for name in found if name not in NAMES]
    settings._warnings += unknown  # noqa: SLF001 - they are of the environment, not of a value
    return settings


def _unknown(name: str) -> str:
    texts = Texts.load()
    if text := REMOVED.get(name.removesuffix(FROM_FILE)):
        return texts(text, name=name, command=CODE_COMMAND)
    if near := nearest(name, {*NAMES, *(secret + FROM_FILE for secret in SECRETS)}):
        return texts("settings-unknown-near", name=name, near=near)
    return texts("settings-unknown", name=name)


def _line(mistake: ErrorDetails, found: Mapping[str, str]) -> str:
    """One mistake: the variable, what it should be, what it is where that is no secret."""
    texts = Texts.load()
    if not mistake["loc"]:
        return texts(mistake["type"], **mistake.get("ctx", {}))
    name = variable(str(mistake["loc"][0]))
    key = mistake["type"] if mistake["type"] in texts else "settings-need-other"
    need = texts(key, name=name, **mistake.get("ctx", {}))
    value = " ".join(found.get(name, "").split())
    if name in SECRETS or _may_be_secret(value):
        return texts("settings-wrong-hidden", name=name, need=need)
    return texts("settings-wrong", name=name, need=need, value=value)


LIKE_A_SECRET = re.compile(r"[\w-]{20}|:[^/:]+@", re.ASCII)


def _may_be_secret(value: str) -> bool:
    """A token pasted into another variable, an address with a password, or just too long."""
    return bool(len(value) > 80 or LIKE_A_SECRET.search(value))
