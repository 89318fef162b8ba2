"""``python -m bot check``: what is right and what is wrong with an installation, line by line.

Nothing is changed, and a bot that runs on the same installation is not disturbed.
"""

import asyncio
import errno
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from obstore.store import MemoryStore

from bot.channels import Parts, make_adapters
from bot.examining.examiner import Examiner
from bot.examining.scanner import Scanner, ScannerAway
from bot.file_kinds import LARGEST
from bot.files.store import FileStore, StoreAway, a_file_in
from bot.inbox.staff_chats import Rooms
from bot.protocol import Adapter
from bot.watch.space import Space, gigabytes, shares_a_disk
from config.settings import Settings
from config.texts import Texts
from storage.database import Database
from storage.inspection import Inspection, file_of, inspect
from storage.messages import Address

RIGHT, LOOK, WRONG = "✅", "⚠️", "❌"
LITTLE = 5  # times the floor: with less, files had better lie apart


async def check(settings: Settings, texts: Texts) -> int:
    """Look at everything and print what is found; return the exit code."""
    looking = _Check(settings, texts, Space.of(settings))
    looking.settings()
    looking.folder()
    looking.space()
    await looking.files()
    await looking.scanner()
    await looking.database()
    await looking.port()
    # Adapters want all three, and use none for their check.
    database, store = Database.open("sqlite+aiosqlite://"), FileStore(MemoryStore())
    examiner = Examiner.of(settings, database, lambda: datetime.now(UTC))
    try:
        parts = Parts(
            settings=settings, texts=texts, database=database, store=store, examiner=examiner
        )
        adapters = make_adapters(parts)
        await looking.channels(list(adapters.values()))
    finally:
        await database.close()
    return looking.result()


class _Check:
    """Prints its findings, and counts those that are wrong."""

    def __init__(self, settings: Settings, texts: Texts, space: Space) -> None:
        self._settings = settings
        self._space = space
        self._texts = texts
        self._wrong = 0

    def found(self, mark: str, subject: str, text: str) -> None:
        self._wrong += mark == WRONG
        line = self._texts("check-line", mark=mark, subject=subject, text=" ".join(text.split()))
        print(line, flush=True)  # noqa: T201 - the command's purpose

    def result(self) -> int:
        key = "check-some-wrong" if self._wrong else "check-all-right"
        print(self._texts(key, count=self._wrong))  # noqa: T201
        return 1 if self._wrong else 0

    def settings(self) -> None:
        """They have been read, or we would not be here."""
        settings, texts = self._settings, self._texts
        self.found(RIGHT, texts("check-subject-settings"), texts("check-settings-ok"))
        for warning in settings.warnings:
            subject, _, text = warning.partition(": ")
            self.found(LOOK, subject, text)
        names = ", ".join(texts(f"channel-{channel}") for channel in settings.channels)
        self.found(RIGHT, texts("check-subject-channels"), names)
        chat = texts("check-staff", chat=settings.staff_chat)
        self.found(RIGHT, texts("check-subject-staff"), chat)
        if settings.admins:
            admins = texts("check-admins", admins=", ".join(settings.admins))
            self.found(RIGHT, texts("check-subject-admins"), admins)
        else:
            self.found(LOOK, texts("check-subject-admins"), texts("check-admins-none"))
        if settings.messengers:
            url = settings.public_url
            way = texts("check-webhooks", url=url) if url else texts("check-polling")
            self.found(RIGHT, texts("check-subject-receiving"), way)

    def folder(self) -> None:
        folder, texts = self._settings.data_dir, self._texts
        subject, path = texts("check-subject-folder"), str(folder)
        if folder.exists() and not folder.is_dir():
            self.found(WRONG, subject, texts("check-folder-not-folder", path=path))
        elif not _is_writable(folder):
            self.found(WRONG, subject, texts("check-folder-closed", path=path))
        elif not folder.exists():
            self.found(RIGHT, subject, texts("check-folder-absent", path=path))
        else:
            self.found(RIGHT, subject, texts("check-folder-ok", path=path))

    def space(self) -> None:
        """What is free, and whether files and the database are to share it."""
        subject, texts = self._texts("check-subject-space"), self._texts
        disks = self._space.disks
        for disk in disks:
            key = "check-space-low" if disk.is_low else "check-space-ok"
            place = texts(f"check-space-{disk.place}")
            free, floor = gigabytes(disk.free), gigabytes(disk.floor)
            text = texts(key, place=place, free=free, floor=floor)
            self.found(LOOK if disk.is_low else RIGHT, subject, text)
        shared = len(disks) > 1 and shares_a_disk(self._settings)
        if shared and min(disk.free for disk in disks) < LITTLE * max(d.floor for d in disks):
            self.found(LOOK, subject, texts("check-space-shared"))

    async def files(self) -> None:
        """The store of its own, by a probe that is deleted at once; the folder was looked at."""
        place, texts = self._settings.files_url, self._texts
        if not place:
            return
        subject = texts("check-subject-files")
        try:
            await FileStore.of(self._settings).probe()
        except StoreAway as away:
            endpoint = str(self._settings.s3_endpoint)
            text = texts(f"check-files-{away.why}", place=place, endpoint=endpoint)
            self.found(WRONG, subject, text)
        else:
            self.found(RIGHT, subject, texts("check-files-ok", place=place))

    async def scanner(self) -> None:
        """The antivirus, where one is set: whether it answers, and takes files as large as ours."""
        scanner, texts = Scanner.of(self._settings), self._texts
        if scanner is None:
            return
        subject = texts("check-subject-scanner")
        try:
            version = await scanner.version()
            takes_all = await scanner.takes(LARGEST)
        except ScannerAway as away:
            self.found(WRONG, subject, texts(f"check-scanner-{away.why}"))
            return
        if not version.signatures:
            self.found(LOOK, subject, texts("check-scanner-no-signatures", version=version.program))
        elif not takes_all:
            size = str(LARGEST // 1024**2)
            self.found(LOOK, subject, texts("check-scanner-limit", size=size))
        else:
            text = texts("check-scanner-ok", version=version.program, day=version.day)
            self.found(RIGHT, subject, text)

    async def database(self) -> None:
        subject = self._texts("check-subject-database")
        file = file_of(self._settings.database_url)
        if file and file.absolute().parent != self._settings.data_dir.absolute():
            folder = file.absolute().parent
            if not _is_writable(folder):
                text = self._texts("check-database-no-folder", path=str(folder))
                self.found(WRONG, subject, text)
                return
        seen = await inspect(self._settings.database_url)
        files = self._settings.files_folder
        if seen.state in ("absent", "empty") and await asyncio.to_thread(a_file_in, files):
            text = self._texts("check-database-new", files=str(files))
            self.found(WRONG, subject, text)
            return
        self.found(*_judged(seen, subject, self._texts))
        if seen.in_use:
            self.found(RIGHT, subject, self._texts("check-database-in-use"))
        for channel, account in self._settings.our_accounts.items():
            before = seen.our_accounts.get(channel, account)
            if before != account:
                text = self._texts("check-account-changed", before=before, now=account)
                self.found(LOOK, self._texts(f"channel-{channel}"), text)

    async def port(self) -> None:
        """Free, or taken by the bot that runs."""
        host, port = self._settings.web_host, self._settings.web_port
        texts, subject = self._texts, self._texts("check-subject-port")
        address = f"{host}:{port}"
        problem = await asyncio.to_thread(_listening_problem, host, port)
        if problem is None:
            text = texts("check-port-free", address=address) if port else texts("check-port-any")
            self.found(RIGHT, subject, text)
        elif problem == errno.EACCES:
            self.found(WRONG, subject, texts("check-port-forbidden", address=address))
        elif problem != errno.EADDRINUSE:
            self.found(WRONG, subject, texts("check-port-no-host", host=host))
        else:
            status = await _health(host, port)
            if status == "ok":
                self.found(RIGHT, subject, texts("check-port-ours", address=address))
            elif status:
                self.found(WRONG, subject, texts("check-port-ours-unwell", address=address))
            else:
                self.found(WRONG, subject, texts("check-port-taken", address=address))

    async def channels(self, adapters: list[Adapter]) -> None:
        """Each messenger is asked at the same time; told one after the other."""
        channel, _, chat = self._settings.staff_chat.partition(":")
        staff_chat = Address(channel, chat)
        try:
            asked = await asyncio.gather(
                *(adapter.check(staff_chat) for adapter in adapters), return_exceptions=True
            )
            ways = await Rooms(adapters, lambda: datetime.now(UTC)).ways_in(staff_chat)
        finally:
            await asyncio.gather(*(adapter.close() for adapter in adapters))
        for adapter, answer in zip(adapters, asked, strict=True):
            if isinstance(answer, BaseException):  # an answer that nobody foresaw
                text = self._texts("check-failed", error=type(answer).__name__)
                self.found(WRONG, self._texts(f"channel-{adapter.channel}"), text)
                continue
            for finding in answer:
                self.found(RIGHT if finding.ok else WRONG, finding.subject, finding.text)
        if ways:
            text = self._texts("check-room-open", chat=str(staff_chat), why=" ".join(ways))
            self.found(WRONG, self._texts("check-subject-staff"), text)


def _judged(seen: Inspection, subject: str, texts: Texts) -> tuple[str, str, str]:
    match seen.state:
        case "current":
            return RIGHT, subject, texts("check-database-current")
        case "absent":
            return RIGHT, subject, texts("check-database-absent")
        case "empty":
            return RIGHT, subject, texts("check-database-empty")
        case "old":
            return LOOK, subject, texts("check-database-old")
        case "newer":
            return WRONG, subject, texts("check-database-newer")
        case "closed":
            return WRONG, subject, texts("check-database-closed")
        case "damaged":
            return WRONG, subject, texts("check-database-damaged", reason=seen.reason)
        case "away":
            return WRONG, subject, texts("check-database-away", reason=seen.reason)


def _is_writable(folder: Path) -> bool:
    """Whether we may write there, or make it; tried where it can be tried without a trace."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except FileNotFoundError:
        parent = folder.absolute().parent
        return parent != folder and _is_writable(parent)
    except OSError:
        return False


def _listening_problem(host: str, port: int) -> int | None:
    """The error number of an attempt to listen; None where it would work."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
    except OSError as error:  # a name that is unknown, too
        return error.errno or errno.EADDRNOTAVAIL
    return None


async def _health(host: str, port: int) -> str:
    """What the bot at this port says of itself; empty where no bot answers."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http,
            http.get(f"http://{shown}:{port}/healthz") as response,
        ):
            answer = await response.json()
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""
    except (aiohttp.ClientError, OSError, ValueError):  # OSError: also a timeout
        return ""
