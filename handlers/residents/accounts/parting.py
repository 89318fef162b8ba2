"""An account is parted from its person: each keeps what was filed from it, and what was begun there."""

from collections.abc import Sequence

from handlers.drafts import Dialogue, Draft
from handlers.forms.ask import Confirm
from handlers.forms.form import Form
from handlers.residents.accounts import coming, names, pages
from handlers.residents.ways.menu_rows import menu_rows
from handlers.screen import last_asked
from handlers.showing import whole_number
from handlers.turn import Turn
from storage import appeals
from storage.messages import ChatMember, Reply
from storage.outbox import following
from storage.people import accounts, dialogues, joining
from storage.tables import Account, Resident

NOT_ME = "link:not-me"


def start(turn: Turn) -> list[Reply]:
    """Ask which account is to be parted."""
    theirs = accounts.of(turn.session, names.person_of(turn).id)
    if len(theirs) < 2:
        return [turn.reply(turn.texts("link-none"), menu_rows(turn))]
    rows = pages.part_rows(turn, theirs)
    return [turn.reply(turn.texts("link-part-which"), rows)]


def ask(turn: Turn, argument: str) -> list[Reply]:
    """Ask whether to part that account of theirs."""
    if (found := _own(turn, argument)) is None:
        return [turn.reply(turn.texts("link-parted-already"), menu_rows(turn))]
    draft = PART.new_draft(turn)
    draft.notes["account"] = found.id
    return PART.prompt(turn, draft)


def not_me(turn: Turn, argument: str) -> list[Reply]:
    """Part at once the account that entered the code, and all that came along with it."""
    found = _own(turn, argument)
    if found is None or names.is_here(turn, found):
        return [turn.reply(turn.texts("link-parted-already"), menu_rows(turn))]
    theirs = accounts.of(turn.session, found.resident_id)
    return _part(turn, found, [one for one in theirs if one.came_with == found.id] or [found])


def not_me_said(turn: Turn) -> list[Reply]:
    """The same for whoever types it, whatever else they are being asked."""
    name, _, argument = last_asked.press_said(turn, last_asked.said_lately(turn)).rpartition(":")
    return not_me(turn, argument) if name == NOT_ME else start(turn)


def _own(turn: Turn, argument: str) -> Account | None:
    """That account, if it is one of several of the person's."""
    theirs = accounts.of(turn.session, names.person_of(turn).id)
    wanted = whole_number(argument)
    return next((one for one in theirs if one.id == wanted and len(theirs) > 1), None)


def _done(turn: Turn, draft: Draft) -> list[Reply]:
    found = _own(turn, str(draft.notes["account"]))
    if found is None:
        return [turn.reply(turn.texts("link-parted-already"), menu_rows(turn))]
    return _part(turn, found, [found])


def _part(turn: Turn, found: Account, group: Sequence[Account]) -> list[Reply]:
    session = turn.session
    held = joining.hold(session, [accounts.name_of(one) for one in group])
    resident = session.get_one(Resident, held[0].resident_id)
    all_of_them = accounts.of(session, resident.id)
    if len(held) == len(all_of_them):  # they came and stayed, and the others went
        return [turn.reply(turn.texts("link-parted-already"), menu_rows(turn))]
    alone = joining.part(session, resident, held, turn.now)
    for one, other in ((resident, alone), (alone, resident)):
        # What waits to be said about the appeals of each goes to each alone.
        chats = [way.address for way in accounts.ways_to(session, other)]
        about = appeals.ids_of_resident(one.id)
        following.bring(session, chats, one.address, turn.now, about=about)
    _part_drafts(turn, all_of_them)
    done = turn.reply(turn.texts("link-parted", channel=names.named(turn, found)), menu_rows(turn))
    if any(names.is_here(turn, one) for one in held):
        return [done]
    told = turn.texts("link-parted-told")
    return [done, *(Reply(to=way.address, text=told) for way in accounts.ways_to(session, alone))]


def _part_drafts(turn: Turn, theirs: Sequence[Account]) -> None:
    """What was begun in an account goes back to its person; of another's appeals nothing stays."""
    whose = {accounts.name_of(one): one.resident_id for one in theirs}
    members = {accounts.name_of(one): _member(turn, one) for one in theirs}
    begun = {name: _dialogue(turn, member) for name, member in members.items()}
    for name, dialogue in begun.items():
        for draft in dialogue.of(coming.WRITTEN):
            subject = [draft.subject] if draft.subject else []
            origin: accounts.Name = tuple(draft.notes.get(coming.FROM, name))
            mine = appeals.of_resident_among(turn.session, whose[name], subject)
            is_gone = bool(subject) and not mine
            is_others = whose.get(origin, whose[name]) != whose[name]
            if is_gone or is_others:
                dialogue.drop(draft)
            if is_others and not is_gone:
                begun[origin].drafts.insert(0, draft)
    for name, member in members.items():
        if member != turn.event.member:
            dialogues.save(turn.session, member, begun[name].to_json(), turn.now)
    turn.session.flush()


def _dialogue(turn: Turn, member: ChatMember) -> Dialogue:
    if member == turn.event.member:
        return turn.dialogue
    row = dialogues.load(turn.session, member)
    return Dialogue.from_json(row.drafts if row else [])


def _member(turn: Turn, one: Account) -> ChatMember:
    resident = turn.session.get_one(Resident, one.resident_id)
    chat = accounts.way_to(turn.session, resident, *accounts.name_of(one)).address
    return ChatMember(chat.channel, chat.chat, one.account)


def _summary(turn: Turn, draft: Draft) -> str:
    found = _own(turn, str(draft.notes["account"]))
    if found is None:
        return turn.texts("link-parted-already")
    if names.is_here(turn, found):
        return turn.texts("link-part-sure-this")
    return turn.texts("link-part-sure", channel=names.named(turn, found))


PART = Form(
    name="unlink",
    questions=(
        Confirm(
            name="send",
            summary=_summary,
            send_label="link-part-yes",
            tone="bad",
        ),
    ),
    done=_done,
    dropped_when_ignored=True,
)
