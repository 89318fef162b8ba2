"""The tables, by subject. Times are UTC; texts from people are kept as they came."""

from storage.tables.appeals import Appeal, AppealWord, ChatMessage, HistoryEntry, ListedAppeal
from storage.tables.base import (
    NOT_WARNED,
    OPEN_ONES,
    SILENT_ONES,
    Base,
    BigId,
    InChat,
    InstallationValue,
    UtcDateTime,
    in_chat,
    in_chat_of_any,
    in_group,
    partial,
)
from storage.tables.files import KeptFile, Look
from storage.tables.our_accounts import OurAccount
from storage.tables.people import Ban, Consent, Dialogue, Erasure, Resident
from storage.tables.town import BindCode, Category, Municipality, StaffChat, StaffMember, Topic
from storage.tables.traffic import Cursor, OutboxMessage, ParkedEvent, SeenEvent, Trouble
from storage.tables.web import (
    WebCode,
    WebDeviceCode,
    WebFiling,
    WebMessage,
    WebSession,
    WebSubscription,
    WebUpload,
)

__all__ = [
    "NOT_WARNED",
    "OPEN_ONES",
    "SILENT_ONES",
    "Appeal",
    "AppealWord",
    "Ban",
    "Base",
    "BigId",
    "BindCode",
    "Category",
    "ChatMessage",
    "Consent",
    "Cursor",
    "Dialogue",
    "Erasure",
    "HistoryEntry",
    "InChat",
    "InstallationValue",
    "KeptFile",
    "ListedAppeal",
    "Look",
    "Municipality",
    "OurAccount",
    "OutboxMessage",
    "ParkedEvent",
    "Resident",
    "SeenEvent",
    "StaffChat",
    "StaffMember",
    "Topic",
    "Trouble",
    "UtcDateTime",
    "WebCode",
    "WebDeviceCode",
    "WebFiling",
    "WebMessage",
    "WebSession",
    "WebSubscription",
    "WebUpload",
    "in_chat",
    "in_chat_of_any",
    "in_group",
    "partial",
]
