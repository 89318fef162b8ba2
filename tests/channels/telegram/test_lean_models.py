"""aiogram's models are built when they are used: all of them at once take more than all the rest."""

import subprocess
import sys

from tests.paths import ROOT

SCRIPT = """
import bot.channels.telegram.adapter
from aiogram import types
from aiogram.methods import Response, SendMessage

built = [n for n in types.__all__ if getattr(getattr(types, n), "__pydantic_complete__", False)]
print(len(built))
chat = {"id": 1, "type": "private"}
message = {"message_id": 1, "date": 1, "chat": chat, "poll": {
    "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": False, "members_only": False,
}}
update = types.Update.model_validate({"update_id": 1, "message": message})
button = types.InlineKeyboardButton(text="a", callback_data="b")
markup = types.InlineKeyboardMarkup(inline_keyboard=[[button]])
sent = SendMessage(chat_id=1, text="x", reply_markup=markup)
answer = Response[types.Message].model_validate({"ok": True, "result": message})
print(type(update.message.poll).__name__, sent.reply_markup == markup, type(answer.result).__name__)
"""


def test_models_are_built_when_used_and_are_then_what_they_are() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.returncode == 0, done.stderr
    built, kinds = done.stdout.splitlines()
    assert int(built) < 50, "all 300 models were built at the import"
    assert kinds == "Poll True Message"
