"""The channels: a row each with what its settings are called, and the settings themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

from config.settings.types import (
    Certificates,
    OnOff,
    Url,
    UrlWithoutLogin,
    checked,
    like,
    number,
    refused,
)
from config.settings.variables import PREFIX

COMMAS = re.compile("[,;]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """The differences between channels, for code that must not know one by its name.

    ``token`` is the setting that turns a messenger on; a channel without is no messenger.
    ``with_token`` are settings that are set if the token is, and only then. ``for_webhook`` are
    needed with ``MCU_PUBLIC_URL``. ``chat`` and ``account`` are patterns: how ``MCU_STAFF_CHAT``
    names a chat, and ``MCU_ADMINS`` a person.

    ``ours`` is the setting that our own account (a bot, a community) is known by: its id stands
    there, up to a colon. Empty: there is none. ``counted_anew`` are the chats that a messenger
    numbers for each account of ours by itself, so that the same number may be another chat.

    ``has_own_history``: its messages are kept by us, and shown and erased here.
    ``leaves_keyboard``: the button that asks for a place stays under the field until a message of
    ours takes it away.
    ``is_one_message``: words, pictures and buttons can be; elsewhere pictures have no buttons.
    ``fills_field``: we can put words into the field in which somebody writes.
    ``shows_names``: people have an account and a name there; else they are guests without either.
    ``brings_voice``: voice messages and round videos come, if only to be refused; elsewhere they come
    with nothing, not even who sent them, and people are told so beforehand.
    ``reads_groups``: what is said in a group comes from the first moment; elsewhere only after an
    administrator there has allowed it (``Event.change``: ``sees``, ``blind``).
    ``foreign``: of another country. On posters it comes after those of this one.
    ``dialogue`` is the setting that ends the conversation there: residents are led to another channel.
    ``admin_room``: the chat of admins, in which nobody is a resident; empty: there is none.

    ``lines`` of a list stand well in one message, and of each line, a button, a phone shows ``line``
    letters.
    """

    name: str
    chat: str
    account: str
    token: str = ""
    with_token: tuple[str, ...] = ()
    for_webhook: tuple[str, ...] = ()
    ours: str = ""
    counted_anew: re.Pattern[str] | None = None
    has_own_history: bool = False
    leaves_keyboard: bool = False
    is_one_message: bool = False
    fills_field: bool = False
    shows_names: bool = True
    foreign: bool = False
    brings_voice: bool = True
    reads_groups: bool = True
    dialogue: str = ""
    admin_room: str = ""
    lines: int = 8
    line: int = 40

    def may_be_another(self, chat: str) -> bool:
        """Whether a chat of that number may be another one for another account of ours."""
        return self.counted_anew is not None and bool(self.counted_anew.fullmatch(chat))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The settings that are never printed."""
        return (*filter(None, [self.token]), *self.for_webhook)


TELEGRAM = ChannelSettings(
    name="telegram",
    chat=r"-?\d+|-\d+/\d+",  # a group, or a topic of one
    account=r"\d+",
    token="telegram_token",  # noqa: S106 - the name of the setting
    for_webhook=("telegram_secret",),
    ours="telegram_token",
    leaves_keyboard=True,
    foreign=True,
    dialogue="telegram_dialogue",
    # Supergroups (-100 and ten digits or more) and people are numbered once for all; messages in a
    # usual group are counted for each bot (core.telegram.org/bots/api#message, July 2026).
    counted_anew=re.compile(r"-\d{1,12}", re.ASCII),
)
VK = ChannelSettings(
    name="vk",
    chat=r"\d+",
    account=r"\d+",
    token="vk_token",  # noqa: S106 - the name of the setting
    with_token=("vk_group_id",),
    for_webhook=("vk_secret", "vk_confirmation"),
    ours="vk_group_id",
    # Conversations are 2000000000 and a number that each community counts by itself
    # (dev.vk.com/method/messages.send, peer_id, July 2026).
    counted_anew=re.compile(r"2\d{9}", re.ASCII),
    is_one_message=True,
    lines=5,  # of a keyboard's six rows one turns the pages
)
# A person and a chat have one number for all bots; which bot a token is of, it does not say.
MAX = ChannelSettings(
    name="max",
    chat=r"-?\d+",
    account=r"\d+",
    token="max_token",  # noqa: S106 - the name of the setting
    for_webhook=("max_secret",),
    is_one_message=True,
    brings_voice=False,
    reads_groups=False,
)
WEB = ChannelSettings(
    name="web",
    chat="staff",
    account="admin",
    has_own_history=True,
    is_one_message=True,
    fills_field=True,
    shows_names=False,
    admin_room="admin",
    lines=20,
    line=100,
)
CHANNELS: Mapping[str, ChannelSettings] = {row.name: row for row in (MAX, VK, TELEGRAM, WEB)}
MESSENGERS = tuple(row for row in CHANNELS.values() if row.token)

WEB_STAFF = "web:staff"  # the staff chat on the site
WEB_ADMIN = "web:admin"  # who came in there with an admin's code


def variable(setting: str) -> str:
    """The variable that a setting is read from."""
    return PREFIX + setting.upper()


_ADMIN = re.compile("|".join(f"{it.name}:(?:{it.account})" for it in CHANNELS.values()), re.ASCII)
_STAFF_CHAT = re.compile("|".join(f"{it.name}:(?:{it.chat})" for it in CHANNELS.values()), re.ASCII)


def _accounts(value: Any) -> tuple[str, ...]:
    parts = COMMAS.split(value) if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _without_general(chat: str) -> str:
    """Name the group instead of its first topic: «General» has no number in the Bot API."""
    group, _, topic = chat.partition("/")
    return chat if topic and int(topic) > 1 else group


Accounts = Annotated[
    tuple[str, ...],
    BeforeValidator(_accounts),
    checked("settings-need-admins", lambda admins: all(map(_ADMIN.fullmatch, admins))),
]
GroupId = Annotated[int, number("settings-need-group", 1, 10**18)]
StaffChat = Annotated[
    str, like("settings-need-staff-chat", _STAFF_CHAT), AfterValidator(_without_general)
]
TelegramSecret = Annotated[
    SecretStr, like("settings-need-secret", re.compile(r"[\w-]{1,256}", re.ASCII))
]
TelegramToken = Annotated[
    SecretStr, like("settings-need-telegram-token", re.compile(r"\d{1,20}:[\w-]{20,}", re.ASCII))
]
MaxSecret = Annotated[
    SecretStr, like("settings-need-max-secret", re.compile(r"[\w-]{5,256}", re.ASCII))
]
MaxToken = Annotated[SecretStr, like("settings-need-max-token", re.compile(r"[\x21-\x7e]{10,500}"))]
VkToken = Annotated[SecretStr, like("settings-need-vk-token", re.compile(r"[\w.-]+", re.ASCII))]


class ChannelVariables(BaseModel):
    """The settings of the channels, and which channels they turn on."""

    telegram_token: TelegramToken | None = None
    telegram_api_url: Url | None = None
    telegram_secret: TelegramSecret | None = None
    telegram_dialogue: OnOff = ""
    vk_token: VkToken | None = None
    vk_group_id: GroupId | None = None
    vk_api_url: Url | None = None
    vk_secret: SecretStr | None = None
    vk_confirmation: str | None = None
    max_token: MaxToken | None = None
    max_api_url: UrlWithoutLogin | None = None
    max_secret: MaxSecret | None = None
    max_ca: Certificates | None = None
    web_chat: OnOff = ""
    staff_chat: StaffChat = ""
    admins: Accounts = ()

    @property
    def messengers(self) -> tuple[str, ...]:
        """The messengers that have a token."""
        return tuple(row.name for row in MESSENGERS if getattr(self, row.token))

    @property
    def our_accounts(self) -> Mapping[str, str]:
        """The id of our own account in each channel that is on; empty if it has none."""
        return {name: self._our_account(CHANNELS[name]) for name in self.served}

    def _our_account(self, row: ChannelSettings) -> str:
        value = getattr(self, row.ours) if row.ours else ""
        shown = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        return shown.partition(":")[0]

    @property
    def web_chat_on(self) -> bool:
        """Whether the web chat is a channel: as set, else if no messenger is set."""
        return self.web_chat == "on" or (self.web_chat == "" and not self.messengers)

    @property
    def channels(self) -> tuple[str, ...]:
        """All channels that are open to residents."""
        return (*self.messengers, *((WEB.name,) if self.web_chat_on else ()))

    @property
    def without_dialogue(self) -> tuple[str, ...]:
        """The open channels in which residents are greeted and led to another one."""
        ended = (
            row.name for row in MESSENGERS if row.dialogue and getattr(self, row.dialogue) == "off"
        )
        return tuple(name for name in ended if name in self.channels)

    @property
    def conversing(self) -> tuple[str, ...]:
        """The open channels in which residents are answered."""
        return tuple(name for name in self.channels if name not in self.without_dialogue)

    @property
    def staff_on_web(self) -> bool:
        """Whether the main staff chat is the one on the site."""
        return self.staff_chat == WEB_STAFF

    @property
    def served(self) -> tuple[str, ...]:
        """All channels that need an adapter: the staff's, too."""
        return tuple(dict.fromkeys((*self.channels, self.staff_chat.partition(":")[0])))

    def _need_whole_channels(self) -> None:
        """Refuse a token without what goes with it, and the other way round."""
        for row in MESSENGERS:
            together = (row.token, *row.with_token)
            missing = [name for name in together if not getattr(self, name)]
            if missing and len(missing) < len(together):
                raise refused(f"settings-missing-{missing[0].replace('_', '-')}")

    def _need_secrets(self) -> None:
        """Refuse a channel whose webhook anybody could call."""
        for row in MESSENGERS:
            for name in row.for_webhook if getattr(self, row.token) else ():
                if not getattr(self, name):
                    about = {"name": variable(name)}
                    raise PydanticCustomError("settings-webhook-missing", "missing", about)

    def _need_dialogue(self) -> None:
        """Refuse to end the conversation in the only channel that residents have."""
        if self.without_dialogue and not self.conversing:
            about = {"name": variable(CHANNELS[self.without_dialogue[0]].dialogue)}
            raise PydanticCustomError("settings-dialogue-nowhere", "nowhere", about)

    def _need_staff_channel(self) -> None:
        """Refuse a staff chat in a messenger that is off; the site serves one at any time."""
        row = CHANNELS[self.staff_chat.partition(":")[0]]
        if row.token and not getattr(self, row.token):
            about = {"channel": row.name, "token": variable(row.token)}
            raise PydanticCustomError("settings-staff-channel-off", "off", about)
