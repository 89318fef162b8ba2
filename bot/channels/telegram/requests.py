"""aiogram's requests that send and edit, made cheaper in time and memory.

Of the message that Telegram gives back only the id is needed. So these requests return the answer
as it came, and no Message is made of it. Most requests send a text: pydantic writes these as JSON
in one step, while aiogram would make a form.
"""

from json import dumps
from typing import Any, TypeVar, cast

from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import BytesPayload, FormData

Text = TypeVar("Text", bound="SendMessage | EditMessageText")


class SendMessage(methods.SendMessage):
    """A request that sends a text."""

    __returning__ = Any  # type: ignore[assignment]


class SendPhoto(methods.SendPhoto):
    """A request that sends a photo with a caption."""

    __returning__ = Any  # type: ignore[assignment]


class SendVideo(methods.SendVideo):
    """A request that sends a video with a caption."""

    __returning__ = Any  # type: ignore[assignment]


class SendDocument(methods.SendDocument):
    """A request that sends any other file with a caption."""

    __returning__ = Any  # type: ignore[assignment]


class SendMediaGroup(methods.SendMediaGroup):
    """A request that sends an album."""

    __returning__ = Any  # type: ignore[assignment]


class EditMessageText(methods.EditMessageText):
    """A request that changes the text of a message."""

    __returning__ = Any  # type: ignore[assignment]


class EditMessageCaption(methods.EditMessageCaption):
    """A request that changes the caption of a message that is a file."""

    __returning__ = Any  # type: ignore[assignment]


def as_it_is(method: type[Text], **values: Any) -> Text:
    """Return a request of plain values, which are sent as they are: no model checks them."""
    return cast("Text", method.model_construct(set(values), **values))


class Session(AiohttpSession):
    """aiogram's session, with another body for requests that send or edit a text."""

    def build_form_data(self, bot: Bot, method: methods.TelegramMethod[Any]) -> FormData:
        """Return the body: JSON for a text, aiogram's form if there may be files."""
        if not isinstance(method, SendMessage | EditMessageText):
            return super().build_form_data(bot, method)
        given = {name: getattr(method, name) for name in method.model_fields_set}
        body = dumps({name: value for name, value in given.items() if value is not None})
        payload: Any = BytesPayload(body.encode(), content_type="application/json")
        return payload  # type: ignore[no-any-return]  # aiohttp takes either as a body
