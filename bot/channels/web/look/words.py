"""The words that a chat page is given: its texts, its menu, the commands that can be pressed."""

import json
from dataclasses import dataclass

from bot.channels.web.events import WEB_LIMITS
from config.texts import Texts
from handlers.dispatch import COMMANDS_OF
from storage.bounds import MOST_TEXT

PAGE_TEXTS = {
    "start": "web-start",
    "bot": "web-bot",
    "me": "web-me",
    "reply": "web-reply",
    "answering": "web-answering",
    "cancelReply": "web-cancel-reply",
    "sending": "web-sending",
    "unsent": "web-unsent",
    "offline": "web-offline",
    "connecting": "web-connecting",
    "refreshed": "web-refreshed",
    "uploading": "web-uploading",
    "uploadFailed": "web-upload-failed",
    "attachAgain": "web-attach-again",
    "retry": "web-retry",
    "edit": "web-edit",
    "edited": "web-edited",
    "editing": "web-editing",
    "cancelEdit": "web-cancel-edit",
    "photoViewer": "web-photo-viewer",
    "photoBefore": "web-photo-before",
    "photoAfter": "web-photo-after",
    "photoClose": "web-photo-close",
    "tooLarge": "web-file-too-large",
    "tooMany": "web-too-many-files",
    "locating": "web-locating",
    "noPlace": "web-no-place",
    "tooLong": "web-text-at-limit",
    "working": "web-working",
    "today": "web-today",
    "yesterday": "web-yesterday",
    "noCookie": "web-no-cookie",
    "deviceAgain": "web-device-again",
    "deviceScan": "web-device-scan",
    "deviceCopy": "web-device-copy",
    "deviceCopied": "web-device-copied",
    "deviceShare": "web-device-share",
    "deviceFailed": "web-device-failed",
    "newsTitle": "web-chat-title",
    "newsText": "web-news",
    "pushOn": "web-push-on",
    "pushOff": "web-push-off",
    "pushIsOn": "web-push-is-on",
    "pushIsOff": "web-push-is-off",
    "pushForbidden": "web-push-forbidden",
    "pushFailed": "web-push-failed",
    "offer": "web-offer",
    "offerDevice": "web-offer-device",
    "moreActions": "web-more-actions",
    "attentionOffer": "web-attention-offer",
    "openApart": "web-open-apart",
    "putAway": "web-call-away",
}
# These hold a name that only the page knows: it fills in ``{name}``.
PAGE_TEXTS_WITH_NAME = {
    "removeFile": "web-remove-file",
    "retryFile": "web-retry-file",
    "loading": "web-loading-file",
    "notLoaded": "web-not-loaded",
    "photo": "web-photo",
    "download": "web-download",
    "pressed": "web-pressed",
    "unread": "web-unread",
    "deviceType": "web-device-type",
    "deviceOnce": "web-device-once",
    "alarms": "web-alarms",
    "newestOne": "web-newest-one",
    "newestMany": "web-newest-many",
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the menu: its command, the text of its label, whether words are to follow it."""

    command: str
    label: str
    fills: bool = False


RESIDENTS_MENU = (
    MenuItem("/new", "menu-report"),
    MenuItem("/my", "menu-my"),
    MenuItem("/help", "menu-help"),
    MenuItem("/data", "menu-data"),
    MenuItem("/link", "menu-link"),
)
STAFF_MENU = (
    MenuItem("/open", "web-menu-open"),
    MenuItem("/find", "web-menu-find", fills=True),
    MenuItem("/help", "menu-help"),
)
ADMINS_MENU = (*STAFF_MENU, MenuItem("/admin", "web-menu-admin"))
# Whatever else is asked for there comes in the menu of the first.
ADMIN_ROOM_MENU = (MenuItem("/admin", "web-menu-admin"), MenuItem("/sessions", "web-menu-sessions"))
MENUS = {
    "residents": RESIDENTS_MENU,
    "staff": STAFF_MENU,
    "admins": ADMINS_MENU,
    "room of admins": ADMIN_ROOM_MENU,
}


def menu_of(audience: str) -> tuple[MenuItem, ...]:
    """Return the menu of ``residents``, ``staff``, ``admins`` or the ``room of admins``."""
    return MENUS[audience]


def page_words(texts: Texts, audience: str) -> str:
    """Return the texts, the limits and the commands that the script needs, as JSON."""
    words = {name: texts(key) for name, key in PAGE_TEXTS.items()}
    words |= {name: texts(key, name="{name}") for name, key in PAGE_TEXTS_WITH_NAME.items()}
    words["photoNumber"] = texts("web-photo-number", number="{number}", of="{of}")
    labels = {item.command: texts(item.label) for item in menu_of(audience)}
    commands = {one: labels.get(one, one) for one in sorted(COMMANDS_OF[audience])}
    if audience == "residents":
        commands["/start"] = words["start"]
    return json.dumps(
        {"texts": words, "text": MOST_TEXT, "files": WEB_LIMITS.album, "commands": commands},
        ensure_ascii=False,
    )
