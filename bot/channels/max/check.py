"""The lines of ``python -m bot check`` about MAX: token, trust, how updates come, the staff chat."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.channels.max.calls import MaxAway, MaxCalls, MaxError
from bot.channels.max.reading.events import READS
from bot.channels.max.staff_chats import WRITES, rights
from bot.channels.max.subscription import urls
from bot.channels.max.trust import ends
from bot.protocol import Finding
from config.texts import Texts

WARN_BEFORE = timedelta(days=60)  # an authority ends


async def check(
    calls: MaxCalls,
    texts: Texts,
    *,
    webhook: str | None,
    staff_chat: str | None,
    certificates: Path | None,
) -> list[Finding]:
    """Return all findings; an error of the token or of the network is the last of them.

    ``webhook``: the address that updates should go to; None means polling.
    """
    looking = _Check(calls, texts)
    looking.trust(certificates, datetime.now(UTC))
    try:
        await looking.token()
        await looking.subscriptions(webhook)
        if staff_chat:
            await looking.staff_chat(staff_chat)
    except MaxAway as error:
        looking.found(False, texts("check-max-away", error=str(error)))
    except MaxError as error:
        if error.status == 401:
            looking.found(False, texts("check-max-token-refused"))
        else:
            looking.found(False, texts("check-max-refused", error=str(error)))
    return looking.findings


class _Check:
    """Collects findings; its methods raise MaxError and MaxAway."""

    def __init__(self, calls: MaxCalls, texts: Texts) -> None:
        self._calls = calls
        self._texts = texts
        self._subject = texts("check-max-subject")
        self.findings: list[Finding] = []

    def found(self, ok: bool, text: str) -> None:
        self.findings.append(Finding(self._subject, ok, text))

    def trust(self, certificates: Path | None, now: datetime) -> None:
        """Whether an authority that MAX's certificate may need ends soon."""
        for name, end in ends(certificates):
            if end - now < WARN_BEFORE:
                day = end.date().isoformat()
                self.found(True, self._texts("check-max-ca-ends", name=name, day=day))

    async def token(self) -> None:
        me = await self._calls("GET", "/me")
        name = str(me.get("username") or me.get("first_name") or me["user_id"])
        self.found(True, self._texts("check-max-token-ok", name=name))

    async def subscriptions(self, webhook: str | None) -> None:
        known = await urls(self._calls)
        if webhook is None:
            key = "check-max-polling-subscribed" if known else "check-max-polling-ok"
            hosts = ", ".join(urlsplit(url).netloc for url in known)
            self.found(True, self._texts(key, hosts=hosts))
            return
        self._address(webhook)
        if webhook not in known:
            self.found(True, self._texts("check-max-webhook-not-set", url=webhook))
        else:
            self.found(True, self._texts("check-max-webhook-ok", url=webhook))
        if others := [urlsplit(url).netloc for url in known if url != webhook]:
            self.found(True, self._texts("check-max-webhook-others", hosts=", ".join(others)))

    def _address(self, webhook: str) -> None:
        """MAX sends to port 443 alone, and takes no port in the address."""
        parts = urlsplit(webhook)
        if parts.scheme != "https" or parts.port is not None:
            self.found(False, self._texts("check-max-webhook-port", url=webhook))

    async def staff_chat(self, chat: str) -> None:
        try:
            told = await self._calls("GET", f"/chats/{chat}")
            may = await rights(self._calls, chat)
        except MaxError as error:
            if error.status not in (400, 403, 404):
                raise
            self.found(False, self._texts("check-max-staff-closed", chat=chat))
            return
        title = str(told.get("title") or chat)
        if told.get("type") != "chat":
            self.found(False, self._texts("check-max-staff-not-group", chat=chat))
        elif not may:
            self.found(False, self._texts("check-max-staff-not-admin", title=title))
        elif missing := [right for right in (READS, WRITES) if right not in may]:
            names = ", ".join(
                self._texts(f"max-right-{right.replace('_', '-')}") for right in missing
            )
            self.found(False, self._texts("check-max-staff-rights", title=title, rights=names))
        else:
            self.found(True, self._texts("check-max-staff-ok", title=title))
