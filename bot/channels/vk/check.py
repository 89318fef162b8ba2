"""The lines of ``python -m bot check`` about VK: the key, its rights, events, the staff chat."""

from contextlib import suppress
from typing import Any

from bot.channels.vk.calls import VkAway, VkCalls, VkError
from bot.channels.vk.keyboards import keyboard
from bot.channels.vk.reading.events import CHATS_FROM
from bot.channels.vk.sending import ABILITIES_OFF
from bot.protocol import Finding
from config.texts import Texts
from storage.messages import Button

EVENTS = (
    "message_new",
    "message_edit",
    "message_reply",
    "message_event",
    "message_allow",
    "message_deny",
)
RIGHTS = ("messages", "photos", "docs", "manage")
PATH = "/webhook/vk"


async def check(
    calls: VkCalls, texts: Texts, group_id: int, *, webhook: bool, staff_chat: str | None
) -> list[Finding]:
    """Return all findings; an error of the key or of the network is the last of them."""
    looking = _Check(calls, texts, group_id)
    try:
        await looking.token()
        await looking.rights()
        await (looking.callback() if webhook else looking.long_poll())
        if staff_chat:
            await looking.staff_chat(staff_chat)
        else:
            looking.keyboard_untried()
    except VkAway as error:
        looking.found(False, texts("check-vk-away", error=str(error)))
    except VkError as error:
        if error.is_token_refused:
            looking.found(False, texts("check-vk-token-refused", code=error.code))
        else:
            looking.found(False, texts("check-vk-refused", error=str(error)))
    return looking.findings


class _Check:
    """Collects findings; its methods raise VkError and VkAway."""

    def __init__(self, calls: VkCalls, texts: Texts, group_id: int) -> None:
        self._calls = calls
        self._texts = texts
        self._group_id = group_id
        self._subject = texts("check-vk-subject")
        self.findings: list[Finding] = []

    def found(self, ok: bool, text: str) -> None:
        self.findings.append(Finding(self._subject, ok, text))

    async def token(self) -> None:
        """Whether the key is accepted, and is this community's: asked for none, VK tells its own."""
        group = (await self._calls("groups.getById"))["groups"][0]
        name, number = str(group["name"]), str(group["id"])
        if group["id"] == self._group_id:
            self.found(True, self._texts("check-vk-token-ok", name=name, id=number))
        else:
            self.found(False, self._texts("check-vk-token-other", name=name, id=number))

    async def rights(self) -> None:
        answer = await self._calls("groups.getTokenPermissions")
        given = {str(right["name"]) for right in answer["permissions"]}
        if missing := [right for right in RIGHTS if right not in given]:
            self.found(False, self._texts("check-vk-rights-missing", rights=", ".join(missing)))
        else:
            self.found(True, self._texts("check-vk-rights-ok"))

    async def long_poll(self) -> None:
        settings = await self._calls("groups.getLongPollSettings", group_id=self._group_id)
        if not settings["is_enabled"]:
            self.found(False, self._texts("check-vk-long-poll-off"))
            return
        self.found(True, self._texts("check-vk-long-poll-ok"))
        self._events(settings)

    async def callback(self) -> None:
        answer = await self._calls("groups.getCallbackServers", group_id=self._group_id)
        servers = [server for server in answer["items"] if server["url"].endswith(PATH)]
        if not servers:
            self.found(False, self._texts("check-vk-callback-missing", path=PATH))
            return
        server = servers[0]
        if server["status"] != "ok":
            self.found(False, self._texts("check-vk-callback-failing", status=server["status"]))
            return
        self.found(True, self._texts("check-vk-callback-ok"))
        settings = await self._calls(
            "groups.getCallbackSettings", group_id=self._group_id, server_id=server["id"]
        )
        self._events(settings)

    def _events(self, settings: dict[str, Any]) -> None:
        events = settings["events"]
        # The schema of 5.199 does not list message_event: what is not told counts as on.
        if missing := [event for event in EVENTS if not events.get(event, 1)]:
            self.found(False, self._texts("check-vk-events-missing", events=", ".join(missing)))
        else:
            self.found(True, self._texts("check-vk-events-ok"))

    async def staff_chat(self, peer: str) -> None:
        """Whether the community is in the conversation, as an administrator.

        As a plain member it sees only messages that mention it, and VK does not tell it the
        members: error 917.
        """
        if int(peer) < CHATS_FROM:
            self.found(False, self._texts("check-vk-staff-private", chat=peer))
            return
        try:
            answer = await self._calls("messages.getConversationMembers", peer_id=peer)
        except VkError as error:
            if error.is_token_refused:
                raise
            self.found(False, self._texts("check-vk-staff-closed", chat=peer, code=error.code))
            return
        ours = [item for item in answer["items"] if item["member_id"] == -self._group_id]
        if ours and ours[0].get("is_admin"):
            self.found(True, self._texts("check-vk-staff-ok", chat=peer))
        else:
            self.found(False, self._texts("check-vk-staff-not-admin", chat=peer))
        await self.keyboard(peer)

    def keyboard_untried(self) -> None:
        """Say how to look: VK says 912 only to a message that is sent, and residents get none."""
        self.found(True, self._texts("check-vk-buttons-untried"))

    async def keyboard(self, peer: str) -> None:
        """Whether messages may have buttons: one is sent to the staff chat and taken away again.

        No method tells a community's key whether bot abilities are on (groups.getSettings is for
        users' keys, 5.199).
        """
        rows = ((Button(self._texts("check-vk-button"), "check"),),)
        try:
            (answer,) = await self._calls(
                "messages.send",
                peer_ids=peer,
                random_id=0,
                message=self._texts("check-vk-button-message"),
                keyboard=keyboard(rows, inline=True, private=False),
            )
            code = int((answer.get("error") or {}).get("code", 0))
        except VkError as error:
            if error.is_token_refused:
                raise
            answer, code = {}, error.code
        if code == ABILITIES_OFF:
            self.found(False, self._texts("check-vk-buttons-off"))
        elif code:
            self.found(False, self._texts("check-vk-buttons-lost", code=code))
        else:
            self.found(True, self._texts("check-vk-buttons-ok"))
        if sent := answer.get("conversation_message_id"):
            with suppress(VkError):
                await self._calls("messages.delete", peer_id=peer, cmids=sent, delete_for_all=1)
