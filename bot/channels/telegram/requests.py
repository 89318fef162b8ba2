"""aiogram's requests that send and edit, made cheaper in time and memory.

Of the message that Telegram gives back only the id is needed. So these requests return the answer
as it came, and no Message is made of it. Most requests send or change a text: these are plain
values, written as JSON, while aiogram would check each by a model and make a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from json import dumps, loads
from typing import Any, ClassVar

from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import BytesPayload, FormData


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request of plain values that are sent as they are; those that are None are left out.

    It has what a session reads of a method of aiogram's, and is no model: to make one takes as
    long as to write the request.
    """

    __returning__: ClassVar[Any] = Any
    __api_method__: ClassVar[str]

    values: Mapping[str, Any]


class SendText(PlainRequest):
    """A request that sends a text: the values of sendMessage."""

    __slots__ = ()
    __api_method__ = "sendMessage"


class EditText(PlainRequest):
    """A request that changes the text of a message: the values of editMessageText."""

    __slots__ = ()
    __api_method__ = "editMessageText"


@dataclass(frozen=True, slots=True)
class Success:
    """The result of an answer, as a session reads it if the call succeeded."""

    result: Any


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


class EditMessageCaption(methods.EditMessageCaption):
    """A request that changes the caption of a message that is a file."""

    __returning__ = Any  # type: ignore[assignment]


class Session(AiohttpSession):
    """aiogram's session, with less to do for a request of plain values."""

    def build_form_data(self, bot: Bot, method: methods.TelegramMethod[Any]) -> FormData:
        """Return the body: JSON for plain values, aiogram's form if there may be files."""
        if not isinstance(method, PlainRequest):
            return super().build_form_data(bot, method)
        body = dumps({name: value for name, value in method.values.items() if value is not None})
        payload: Any = BytesPayload(body.encode(), content_type="application/json")
        return payload  # type: ignore[no-any-return]  # aiohttp takes either as a body

    def check_response(
        self, bot: Bot, method: methods.TelegramMethod[Any], status_code: int, content: str
    ) -> methods.Response[Any]:
        """Return the answer. Errors are left to aiogram, which knows them."""
        if isinstance(method, PlainRequest) and status_code == HTTPStatus.OK:
            try:
                answer = loads(content)
            except ValueError:
                answer = None
            if isinstance(answer, dict) and answer.get("ok") is True:
                success: Any = Success(answer.get("result"))
                return success  # type: ignore[no-any-return]
        return super().check_response(bot, method, status_code, content)
