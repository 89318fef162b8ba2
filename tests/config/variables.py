"""Variables that make a right installation, and the line that refuses a wrong one."""

import pytest

from config.settings import SettingsError, load_settings

TOKEN = "123456:" + "A" * 35
TELEGRAM = {"MCU_TELEGRAM_TOKEN": TOKEN, "MCU_STAFF_CHAT": "telegram:-1001"}
VK = {"MCU_VK_TOKEN": "vk1.a.secret-key-of-the-community", "MCU_VK_GROUP_ID": "77"}
MAX = {"MCU_MAX_TOKEN": "f9LHodD0cOJ-secret-token-of-the-bot"}
S3 = {
    "MCU_FILES_URL": "s3://mcu-files",
    "MCU_S3_ENDPOINT": "https://storage.example.ru",
    "MCU_S3_KEY": "key-of-the-store",
    "MCU_S3_SECRET": "secret-of-the-store",
}


def complaint(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    line = str(refused.value)
    assert "\n" not in line
    return line
