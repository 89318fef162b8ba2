"""Typed settings from the environment and ``.env``; a wrong value is told in one line."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CHANNELS = ("telegram", "vk", "web")
PREFIX = "MCU_"
WEB_ADMIN = "web:admin"  # who logs in to the web staff room with the admin's token


class SettingsError(Exception):
    """The installation is set up wrong; the text says which variable and what it should be."""


class Settings(BaseSettings):
    """What an installation sets; each field is the variable ``MCU_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    database_url: str = ""
    data_dir: Path = Path("data")
    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_secret: SecretStr | None = None
    vk_token: SecretStr | None = None
    vk_group_id: int | None = None
    vk_api_url: str | None = None
    vk_secret: SecretStr | None = None
    vk_confirmation: str | None = None
    staff_chat: str = ""
    admins: Annotated[tuple[str, ...], NoDecode] = ()
    public_url: str | None = None
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    web_chat: Literal["on", "off", ""] = ""
    web_staff_token: SecretStr | None = None
    municipality: str = "Муниципальный центр управления"
    timezone: str = "Europe/Moscow"
    number_prefix: str = "МЦУ"
    work_hours: str = "9-18"
    digest_hour: int = 9
    emergency_numbers: str = ""
    formal_url: str = "https://www.gosuslugi.ru/feedback"
    postal_address: str = ""
    privacy_url: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The timezone of dates and working hours."""
        return ZoneInfo(self.timezone)

    @property
    def working_hours(self) -> tuple[int, int]:
        """Hours of the working day: the first, and the one it ends at."""
        start, end = self.work_hours.split("-")
        return int(start), int(end)

    @property
    def web_chat_on(self) -> bool:
        """Whether the web chat is a channel: as set, else where no messenger is set."""
        return self.web_chat == "on" or (self.web_chat == "" and not self.messengers)

    @property
    def messengers(self) -> tuple[str, ...]:
        """The messengers that have a token."""
        tokens = {"telegram": self.telegram_token, "vk": self.vk_token}
        return tuple(channel for channel, token in tokens.items() if token)

    @property
    def channels(self) -> tuple[str, ...]:
        """All channels that are on."""
        return (*self.messengers, *(("web",) if self.web_chat_on else ()))

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("admins")
    @classmethod
    def _admins_name_accounts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for admin in value:
            if not re.fullmatch(r"(telegram|vk):\d+|web:admin", admin):
                raise ValueError(
                    f"{admin!r} should be like telegram:42 or vk:77, several by commas"
                )
        return value

    @field_validator("staff_chat")
    @classmethod
    def _staff_chat_is_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"telegram:-?\d+|vk:\d+|web:staff", value):
            raise ValueError("should be like telegram:-1001234567890, vk:2000000001 or web:staff")
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone_is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a known timezone; should be like Europe/Moscow")
        return value

    @field_validator("work_hours")
    @classmethod
    def _work_hours_are_a_span(cls, value: str) -> str:
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value.replace(" ", ""))
        if not match or not 0 <= int(match[1]) < int(match[2]) <= 24:
            raise ValueError("should be two hours like 9-18")
        return match[0]

    @field_validator("digest_hour")
    @classmethod
    def _digest_hour_is_hour(cls, value: int) -> int:
        if not 0 <= value <= 23:
            raise ValueError("should be an hour from 0 to 23")
        return value

    @field_validator("web_port")
    @classmethod
    def _port_is_port(cls, value: int) -> int:
        if not 0 <= value <= 65535:
            raise ValueError("should be a port from 1 to 65535 (0: any free one)")
        return value

    @field_validator("vk_group_id")
    @classmethod
    def _group_id_is_positive(cls, value: int | None) -> int | None:
        if value is not None and value <= 0:
            raise ValueError("should be the community's number without a minus, like 123456789")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[\w-]{20,}", value.get_secret_value()):
            raise ValueError(
                "does not look like a bot token; BotFather gives one like 123456:ABC-DEF..."
            )
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _secret_is_allowed(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[\w-]{1,256}", value.get_secret_value()):
            raise ValueError("may have only Latin letters, digits, _ and -, up to 256")
        return value

    @field_validator("telegram_api_url", "vk_api_url", "public_url", "formal_url", "privacy_url")
    @classmethod
    def _url_is_url(cls, value: str | None) -> str | None:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("should be an address like https://bot.example.ru")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_supported(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError(
                "should start with sqlite+aiosqlite:// or postgresql+asyncpg://, "
                "like sqlite+aiosqlite:///data/mcu.db"
            )
        return value

    @field_validator("number_prefix")
    @classmethod
    def _prefix_is_short(cls, value: str) -> str:
        if not re.fullmatch(r"[\w-]{1,16}", value):
            raise ValueError("should be 1 to 16 letters or digits, like МЦУ")
        return value

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir / 'mcu.db'}"
        if self.vk_token and not self.vk_group_id:
            raise ValueError("MCU_VK_GROUP_ID is missing: the community's number, like 123456789")
        if self.vk_group_id and not self.vk_token:
            raise ValueError("MCU_VK_TOKEN is missing: the community's access key")
        if self.public_url:
            needed = {
                "MCU_TELEGRAM_SECRET": self.telegram_token and not self.telegram_secret,
                "MCU_VK_SECRET": self.vk_token and not self.vk_secret,
                "MCU_VK_CONFIRMATION": self.vk_token and not self.vk_confirmation,
            }
            for name, missing in needed.items():
                if missing:
                    raise ValueError(f"{name} is missing: webhooks (MCU_PUBLIC_URL) need it")
        if not self.channels:
            raise ValueError("MCU_WEB_CHAT is off and no messenger has a token: set one of them")
        self._complete_staff_chat()
        if self.staff_chat == "web:staff" and WEB_ADMIN not in self.admins:
            self.admins = (*self.admins, WEB_ADMIN)
        return self

    def _complete_staff_chat(self) -> None:
        if not self.staff_chat:
            if self.messengers:
                raise ValueError(
                    "MCU_STAFF_CHAT is missing: where cards go, like telegram:-1001234567890; "
                    "put the bot into the group and send /id there to learn it (web:staff until then)"
                )
            self.staff_chat = "web:staff"
        channel = self.staff_chat.partition(":")[0]
        if channel != "web" and channel not in self.channels:
            raise ValueError(
                f"MCU_STAFF_CHAT is in {channel}, but {channel} is off: set its token or choose another"
            )


def load_settings(environ: dict[str, str] | None = None, env_file: str | None = ".env") -> Settings:
    """Read the settings; raises SettingsError with one line that names the variable.

    ``environ`` replaces the process's environment (tests).
    """
    if environ is not None:
        env_file = None
    try:
        if environ is None:
            return Settings(_env_file=env_file, _env_file_encoding="utf-8")
        return _load_from(environ)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} is not UTF-8 text: save it as UTF-8") from None


def _load_from(environ: dict[str, str]) -> Settings:
    kept = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(environ)
        return Settings(_env_file=None)
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    message = re.sub(r"^Value error, ", "", first["msg"])
    if not first["loc"]:
        return message
    return f"{PREFIX}{str(first['loc'][0]).upper()}: {message}"
