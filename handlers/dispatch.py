"""Finds out who is asking and which handler answers: ``answer(turn) -> replies``."""

from config.settings.channels import CHANNELS
from handlers import sight
from handlers.admin import staff_chats
from handlers.admin.routing import ADMINS, turn_admin
from handlers.audience import command_of
from handlers.pieces import find_beginning
from handlers.residents.routing import RESIDENTS, turn_banned, turn_resident
from handlers.rights import is_admin
from handlers.screen import typed_menus
from handlers.screen.spots import Before, give_spots
from handlers.staff import anonymous, by_hand
from handlers.staff.routing import STAFF, turn_staff
from handlers.turn import Turn
from storage.bounds import MOST_TEXT
from storage.messages import Reply
from storage.town import municipalities

# The commands of each kind of people, for channels that show them as buttons.
COMMANDS_OF = {
    "residents": frozenset(RESIDENTS.commands),
    "staff": frozenset(STAFF.commands),
    "admins": frozenset((*STAFF.commands, *ADMINS.commands)),
}


def answer(turn: Turn) -> list[Reply]:
    """Return everything that the bot says to one event. The only place that decides rights.

    Staff actions come from a staff chat, admin actions from the accounts of ``MCU_ADMINS`` (and
    ``/bind`` from anybody with an admin's code);
    everybody else is a resident, in a private chat.
    """
    before = Before.of(turn)
    return give_spots(turn, before, _with_all_told(turn))


def _with_all_told(turn: Turn) -> list[Reply]:
    """Answer an event, and say so if not all of it came."""
    event = turn.event
    if event.change or not (event.cut or event.cropped or event.lost):
        return _answer(turn)
    told = turn.reply("\n\n".join(_missing(turn)))
    if event.cut and not event.is_command:  # what is searched for has no such words
        turn.event = event.ending_with(turn.texts("text-cut"))
    replies = _answer(turn)
    if not replies:
        return []
    here = [n for n, reply in enumerate(replies) if reply.to == event.address]
    replies.insert(here[-1] if here else 0, told)  # before what has the buttons
    return replies


def _missing(turn: Turn) -> list[str]:
    """What did not come of the message, and what its sender can do about it."""
    event, texts = turn.event, turn.texts
    lost = event.lost - event.cropped  # one of them stands for all that the messenger left out
    channel = texts(f"channel-{event.address.channel}")
    said = {
        texts("text-cut-told", most=str(MOST_TEXT)): event.cut,
        texts("message-cropped", channel=channel): event.cropped,
        texts("pieces-lost", count=lost): lost > 0,
    }
    return [text for text, holds in said.items() if holds]


def _answer(turn: Turn) -> list[Reply]:
    event = turn.event
    channel = event.address.channel
    find_beginning(turn)
    if (replies := _past_us(turn)) is not None:
        return replies
    if turn.banned:
        turn.handler = "banned"
        return turn_banned(turn)
    has_account = event.private and CHANNELS[channel].shows_names
    if has_account and event.text.strip().lower() == "/id":
        account = f"{channel}:{event.person.account}"
        return [turn.reply(turn.texts("person-id", account=account))]
    # Whoever writes anonymously is nobody of the admins, and may be in another's dialogue.
    by_admin = is_admin(turn.settings, channel, event.person.account)
    turn.staff_chat = municipalities.staff_chat_for(
        turn.session, event.address, event.reply_to or event.message
    )
    turn.handler = "admin"
    if by_admin:
        turn.event = event = typed_menus.pressed(turn)
    if not event.private:
        replies = staff_chats.turn_bind(turn, by_admin=by_admin)
        if replies is not None:
            return replies
    if by_admin:
        if (replies := turn_admin(turn)) is not None:
            return _told_to_show_the_name(turn, replies)
    elif not event.is_of_group:
        turn.dialogue.drop_all(ADMINS.forms)  # the questions of an admin who is none any more
    return _answer_others(turn)


def _past_us(turn: Turn) -> list[Reply] | None:
    """Take in what has happened past the program, whoever did it; None: go on."""
    match turn.event.change:
        case "moved":
            turn.handler = "moved"
            municipalities.move_chat(turn.session, turn.event.address, turn.event.moved_to)
            return []
        case "by_hand":
            turn.handler = "by hand"
            return by_hand.note_answer(turn)
        case _:
            return None


def _answer_others(turn: Turn) -> list[Reply]:
    """Answer an employee, a resident, or a group that is no staff chat."""
    if (replies := _nameless(turn)) is not None:
        turn.handler = "anonymous"
        return replies
    if turn.staff_chat:
        turn.handler = "staff"
        return turn_staff(turn)
    if turn.event.private:
        turn.handler = "resident"
        return turn_resident(turn)
    turn.handler = "strange group"
    return _strange_group(turn)


def _nameless(turn: Turn) -> list[Reply] | None:
    """Answer who writes in a name that may not say it; None: go on."""
    word = command_of(turn.event)[0]
    is_admins = word in ADMINS.commands and word not in STAFF.commands
    if turn.staff_chat and turn.event.is_of_group and is_admins:
        return [turn.reply(turn.texts("anonymous-admin"))]
    return anonymous.answer(turn)


def _told_to_show_the_name(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """Say to an admin who is asked something that no answer comes through without the name."""
    active = turn.dialogue.active
    if not (replies and turn.event.anonymous and active and active.form in ADMINS.forms):
        return replies
    return [*replies[:-1], replies[-1].and_then(turn.texts("anonymous-admin"))]


def _strange_group(turn: Turn) -> list[Reply]:
    """A group that is no staff chat: only how to make it one, and only when asked.

    What was begun here while it was one ends.
    """
    turn.dialogue.drafts = []
    if turn.event.change in {"sees", "blind"}:
        return sight.turn_strange_group(turn)
    word = turn.event.text.strip().partition(" ")[0].lower()
    text = turn.texts("chat-id", address=str(turn.event.address))
    if turn.event.change == "joined":
        return [sight.joined(turn, text)]
    return [turn.reply(text)] if word in {"/id", "/start", "/help"} else []
