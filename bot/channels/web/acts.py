"""Acts of people on pages: refused, or kept as messages of their chats."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.web.contents import editable_until, label_of, said_content
from bot.channels.web.events import (
    CHANNEL,
    Act,
    Corrected,
    Pressed,
    Said,
    Shared,
    Started,
    Visitor,
    event_id,
    former_id,
    origin,
    plain,
)
from bot.channels.web.rights import NotTaken
from config.texts import Texts
from storage.bounds import MOST_TEXT
from storage.inbox import events
from storage.messages import File
from storage.tables import WebMessage
from storage.web import messages, uploads


class Acts:
    """Keeps what people did."""

    def __init__(self, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._texts = texts
        self._clock = clock

    def _files(self, session: Session, visitor: Visitor, refs: tuple[str, ...]) -> tuple[File, ...]:
        said = uploads.say(session, visitor.account, [plain(ref) for ref in refs])
        if len(said) < len(refs):
            raise NotTaken(self._texts("web-file-lost"))
        return tuple(
            File(one.kind, one.ref, one.name, one.mime, one.size)  # type: ignore[arg-type]
            for one in said
        )

    def refuse(self, session: Session, visitor: Visitor, act: Act) -> None:
        """Raise NotTaken if an act is empty, too long, or about a message that is not there."""
        match act:
            case Said(text=text, files=files):
                if not files and not plain(text):
                    raise NotTaken(self._texts("web-empty"))
                self._refuse_long(text)
            case Corrected(text=text):
                self._refuse_long(text)
                self._correctable(session, visitor, act)
            case Pressed():
                if not messages.find_message(session, visitor.chat, act.message):
                    raise NotTaken(self._texts("web-not-understood"))
            case Started() if visitor.staff:
                raise NotTaken(self._texts("web-not-understood"))

    def _refuse_long(self, text: str) -> None:
        if len(plain(text)) > MOST_TEXT:
            raise NotTaken(self._texts("web-too-long", most=MOST_TEXT))

    def _correctable(self, session: Session, visitor: Visitor, act: Corrected) -> WebMessage:
        """Return the message that an act corrects. Raises NotTaken if it cannot be corrected."""
        message = messages.find_message(session, visitor.chat, act.message)
        own = message and message.author == visitor.account
        until = editable_until(message) if message and own else None
        if message is None or until is None:
            raise NotTaken(self._texts("web-edit-late"))
        if until < self._clock() and message.content["text"] != plain(act.text):  # else it was done
            raise NotTaken(self._texts("web-edit-late"))
        if not plain(act.text) and not message.content["files"]:
            raise NotTaken(self._texts("web-empty"))
        return message

    def _correct(self, session: Session, visitor: Visitor, act: Corrected) -> WebMessage:
        message = self._correctable(session, visitor, act)
        message.content = message.content | {"text": plain(act.text)}
        message.edited_at = self._clock()
        session.flush()
        return message

    def keep(self, session: Session, visitor: Visitor, act: Act) -> tuple[WebMessage | None, bool]:
        """Return the message that an act becomes, and whether an older program has answered it."""
        if self._is_erased(session, visitor, act):
            return None, True
        if isinstance(act, Corrected):
            return self._correct(session, visitor, act), False
        content = self._content(session, visitor, act)
        if content is None:
            return None, False
        message = WebMessage(
            chat=visitor.chat,
            origin=origin(visitor, act.id),
            author=visitor.account,
            author_name=visitor.name,
            content=content,
            at=self._clock(),
        )
        kept, is_new = messages.keep_message(session, message)
        former = former_id(visitor, act.id)
        return kept, not is_new and bool(events.seen(session, CHANNEL, [former]))

    @staticmethod
    def _is_erased(session: Session, visitor: Visitor, act: Act) -> bool:
        """Whether a page sends an act again that was answered and then erased: it is not kept."""
        if messages.find_origin(session, visitor.chat, origin(visitor, act.id)):
            return False
        return bool(events.seen(session, CHANNEL, [event_id(visitor, act.id)]))

    def _content(
        self, session: Session, visitor: Visitor, act: Said | Pressed | Shared | Started
    ) -> dict[str, Any] | None:
        """Return the content to keep of an act; None for a press on a button that is gone, and a code."""
        match act:
            case Said():
                files = self._files(session, visitor, act.files)
                quoted = messages.find_message(session, visitor.chat, act.reply_to)
                return said_content(plain(act.text), files, quoted)
            case Shared():
                return {"text": self._texts("web-my-place", point=f"{act.lat:.6f}, {act.lon:.6f}")}
            case Started():
                return None
            case Pressed():
                message = messages.find_message(session, visitor.chat, act.message)
                if message is None:  # it went just now
                    return None
                label = label_of(message, act.payload)
                # A colleague would read it without the card that it was on.
                return {"text": label, "pressed": True} if label and not visitor.staff else None
