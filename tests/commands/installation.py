"""The variables of a town for the check, and what it printed of them."""

import re
from pathlib import Path

import pytest

from bot.commands.check import check
from config.settings import load_settings
from config.texts import Texts
from tests.fakes.max import GROUP as MAX_GROUP
from tests.fakes.max import FakeMax
from tests.fakes.telegram import GROUP, FakeTelegram
from tests.fakes.vk import FakeVk


class Installation:
    """Variables of a town; ``checked()`` runs the command and keeps what it printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.environ = {"MCU_DATA_DIR": str(folder / "data"), "MCU_WEB_PORT": "0"}
        self.secrets: list[str] = []
        self.code = 0
        self._capsys = capsys

    def with_telegram(self, fake: FakeTelegram) -> None:
        self.secrets.append(fake.token)
        self.environ |= {"MCU_TELEGRAM_TOKEN": fake.token, "MCU_TELEGRAM_API_URL": fake.url}
        self.environ.setdefault("MCU_STAFF_CHAT", f"telegram:{GROUP}")

    def with_vk(self, fake: FakeVk) -> None:
        self.secrets.append(fake.token)
        self.environ |= {"MCU_VK_TOKEN": fake.token, "MCU_VK_GROUP_ID": str(fake.group_id)}
        self.environ["MCU_VK_API_URL"] = fake.url
        self.environ.setdefault("MCU_STAFF_CHAT", f"vk:{fake.conversation().id}")

    def with_max(self, fake: FakeMax) -> None:
        self.secrets.append(fake.token)
        self.environ |= {"MCU_MAX_TOKEN": fake.token, "MCU_MAX_API_URL": fake.url}
        self.environ.setdefault("MCU_STAFF_CHAT", f"max:{MAX_GROUP}")

    async def checked(self, **more: str) -> str:
        settings = load_settings({**self.environ, **more})
        self._capsys.readouterr()
        self.code = await check(settings, Texts.load())
        output = self._capsys.readouterr().out
        assert all(secret not in output for secret in self.secrets)
        lines = output.splitlines()
        assert all(re.match("(✅|⚠️|❌) [^:]+: .", line) for line in lines[:-1]), output
        assert (self.code == 1) == ("❌ " in "\n".join(lines[:-1]))
        return output
