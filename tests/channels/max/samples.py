"""Updates of MAX as its official clients and its running API have shown them, made anonymous.

From the tests of github.com/max-messenger/max-bot-api-client-go (July 2026) and, where ``LIVE`` says
so, recorded from the API by the author of aiogram-max 1.3.0 (2026). ``BUILT`` ones follow the
description 0.0.33 and were seen by nobody.
"""

import json
from typing import Any

_ANNA = """{"user_id":123456789,"first_name":"John","last_name":"Doe","is_bot":false,
 "last_activity_time":1775025580000,"avatar_url":"https://i.oneme.ru/i?r=1",
 "full_avatar_url":"https://i.oneme.ru/i?r=2","name":"John Doe"}"""
_SENDER = """{"user_id":123456789,"first_name":"John","last_name":"Doe","is_bot":false,
 "name":"John Doe","last_activity_time":1775053249000}"""
_BOT = """{"user_id":229229229,"first_name":"UniBot","username":"unit_bot","is_bot":true,
 "name":"UniBot","last_activity_time":1775026702261}"""
_GROUP = '"timestamp":1775025604499,"chat_id":-70801090403050,"user":' + _ANNA
_DIALOG = '"timestamp":1775025604499,"chat_id":182182182,"user":' + _ANNA
_CREATED = '{"update_type":"message_created","timestamp":1775025604499,"message":'

_TEXTS = {
    "message in a dialog": """{"update_type":"message_created","timestamp":1785182044286,
 "user_locale":"ru",
 "message":{"recipient":{"chat_id":472107880,"chat_type":"dialog","user_id":277639678},
  "timestamp":1785182044286,
  "body":{"mid":"mid.000000001c23cb68019fa524407e751a","seq":116993690454357274,"text":"Тест"},
  "sender":{"user_id":212843158,"first_name":"Тестовый Юзер","last_name":"","is_bot":false,
            "last_activity_time":1785182036000,"name":"Тестовый Юзер"}}}""",
    "forward in a group": f"""{_CREATED}
 {{"recipient":{{"chat_id":-70801090403050,"chat_type":"chat"}},"timestamp":1775053255737,
  "body":{{"mid":"mid.ffffbdb48e6c3775019d496b34394b84","seq":116327994376978687,"text":""}},
  "sender":{_SENDER},
  "link":{{"type":"forward","chat_id":-695695695695,
   "message":{{"mid":"mid.0000","seq":116327994376978687,"text":"Лада седан - баклажан"}},
   "sender":{{"user_id":398398398,"first_name":"Tod","last_name":"V","is_bot":false,
    "name":"Tod V","last_activity_time":1775755269000}}}}}}}}""",
    "press": f"""{{"update_type":"message_callback","timestamp":1775025604499,"user_locale":"ru",
 "callback":{{"timestamp":1775026702210,"payload":"picture",
  "callback_id":"f9LHodD0cOJf4_DkJGeq8BkDgc5vgSwZocVrn44oirfMzUQ4mv5k_h1-yQvExmZNjV7gVcaO2Z3Gv6",
  "user":{_SENDER}}},
 "message":{{"recipient":{{"chat_id":182182182,"chat_type":"dialog","user_id":123456789}},
  "timestamp":1775026671403,
  "body":{{"mid":"mid.000000000adf429c019d47d58f2b3d9e","seq":116328147937082782,
           "text":"Hello, John Doe!"}},
  "sender":{_BOT}}}}}""",
    "edit": f"""{{"update_type":"message_edited","timestamp":1775025604499,
 "message":{{"timestamp":1775025603399,
  "recipient":{{"chat_id":182182182,"chat_type":"dialog","user_id":229229229}},
  "body":{{"mid":"mid.000000000adf429c019d47d58f2b3d9e","seq":116328147937082782,"text":"hi bot"}},
  "sender":{
        _ANNA.replace('"avatar_url":"https://i.oneme.ru/i?r=1",', "").replace(
            '"full_avatar_url":"https://i.oneme.ru/i?r=2",', ""
        )
    }}}}}""",
    "removal": """{"update_type":"message_removed","timestamp":1775025604499,
 "message_id":"mid.000000000adf429c019d47b1ce4600ff","chat_id":182182182,"user_id":123456789}""",
    "start": f'{{"update_type":"bot_started",{_DIALOG},"user_id":123456789,"user_locale":"ru"}}',
    "start by a link": f"""{{"update_type":"bot_started",{_DIALOG},"user_id":123456789,
 "payload":"t-roads","user_locale":"ru"}}""",
    "stop": f'{{"update_type":"bot_stopped",{_DIALOG},"user_locale":"ru"}}',
    "dialog removed": f'{{"update_type":"dialog_removed",{_DIALOG},"user_locale":"ru"}}',
    "dialog cleared": f'{{"update_type":"dialog_cleared",{_DIALOG},"user_locale":"ru"}}',
    "dialog muted": f"""{{"update_type":"dialog_muted",{_DIALOG},
 "muted_until":1775027479470,"user_locale":"ru"}}""",
    "dialog unmuted": f'{{"update_type":"dialog_unmuted",{_DIALOG},"user_locale":"ru"}}',
    "bot added": f'{{"update_type":"bot_added",{_GROUP},"user_id":123456789,"is_channel":false}}',
    "bot removed": f"""{{"update_type":"bot_removed",{_GROUP},"user_id":123456789,
 "is_channel":false}}""",
    "user added": f"""{{"update_type":"user_added",{_GROUP},"inviter_id":123456789,
 "user_id":234567890,"is_channel":false}}""",
    "user removed": f"""{{"update_type":"user_removed",{_GROUP},"admin_id":123456789,
 "user_id":234567890,"is_channel":false}}""",
    "title": f"""{{"update_type":"chat_title_changed",{_GROUP},"user_id":123456789,
 "title":"Look at me"}}""",
}
_LIVE = {
    "reply": f"""{_CREATED}
 {{"recipient":{{"chat_id":392464188,"chat_type":"dialog","user_id":277639678}},
  "timestamp":1785182385000,
  "body":{{"mid":"mid.reply-1","seq":117093366898295001,"text":"Да"}},"sender":{_SENDER},
  "link":{{"type":"reply","chat_id":392464188,
   "message":{{"mid":"mid.reply-target-1","seq":117093366898295000,
    "text":"Вот ваш пост! Хотите внести какие-то правки?",
    "attachments":[{{"type":"inline_keyboard","payload":{{"buttons":[[
     {{"type":"callback","text":"✅ Принять пост","payload":"accept:517"}}]]}}}}]}},
   "sender":{{"user_id":277639678,"first_name":"Почерк","username":"example_bot","is_bot":true,
    "name":"Почерк","last_activity_time":1785182382767}}}}}}}}""",
    "voice": '{"update_type":"message_created","timestamp":1775025604499}',
}
_BUILT = {
    "rights": """{"update_type":"bot_admin_permissions_changed","timestamp":1775025604499,
 "chat_id":-70801090403050,"user_id":123456789,"bot_id":229229229,"is_channel":false,
 "is_admin":true,"permissions":["read_all_messages","write","pin_message"]}""",
    "comment": f"""{{"update_type":"comment_created","timestamp":1775025604499,
 "message":{{"recipient":{{"chat_id":-70801090403050,"chat_type":"channel","post_id":"mid.1"}},
  "timestamp":1775025604499,
  "body":{{"mid":"mid.2","seq":116327994376978687,"text":"Когда?"}},"sender":{_SENDER}}}}}""",
    "comment removed": """{"update_type":"comment_removed","timestamp":1775025604499,
 "message_id":"mid.2","chat_id":-70801090403050,"user_id":123456789,"post_id":"mid.1"}""",
    "bot added by nobody": """{"update_type":"bot_added","timestamp":1775025604499,
 "chat_id":-70801090403050,"is_channel":false}""",
}


def _read(texts: dict[str, str]) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in texts.items()}


OFFICIAL, LIVE, BUILT = _read(_TEXTS), _read(_LIVE), _read(_BUILT)
SAMPLES: dict[str, Any] = {**OFFICIAL, **LIVE, **BUILT}
