"""Somebody writes from another account of theirs: pushes and what was begun come along to it."""

from handlers.drafts import Dialogue
from handlers.residents.accounts import homes
from handlers.turn import Turn
from storage.messages import Address, ChatMember, Reply
from storage.people import accounts, dialogues
from storage.tables import Account, Reached, Resident

# Forms of what somebody writes to the town; the others are a yes or a no, and stay where they are.
WRITTEN = frozenset(("appeal", "comment", "reopen"))
# Notes of a draft that are ids of messages, or tell of a keyboard, in the chat in which it was.
OF_CHAT = ("heard", "seen", "albums", "albums_refused", "at", "pressed")
FROM = "from"  # the note of the account in which a draft was begun


def way_here(turn: Turn, resident: Resident) -> Reached:
    """The row of the account that the event is from: it says how the person is reached there."""
    person = turn.event.person
    return accounts.way_to(turn.session, resident, person.channel, person.account)


def come(turn: Turn, resident: Resident, here: Reached) -> list[Reply]:
    """Make the account the home that somebody writes from, unless they chose another one."""
    if not isinstance(here, Account) or resident.home_fixed or not may_be_home(turn, here):
        return []
    return settle(turn, resident, here)


def may_be_home(turn: Turn, one: Reached) -> bool:
    """Whether pushes may go to that account: the town converses in its channel."""
    return one.channel not in turn.settings.without_dialogue


def settle(turn: Turn, resident: Resident, here: Account) -> list[Reply]:
    """Make that account the home; what was begun in the one before comes along, put aside."""
    before, account = resident.address, resident.account
    homes.move(turn, resident, here)
    return bring_drafts(turn, before, account)


def bring_drafts(turn: Turn, before: Address, account: str) -> list[Reply]:
    """Bring what was begun in a chat of another account, put aside; a word if there was any."""
    there = ChatMember(before.channel, before.chat, account)
    row = dialogues.load_free(turn.session, there)
    if row is None:
        return []
    dialogue = Dialogue.from_json(row.drafts)
    brought = [draft for draft in dialogue.of(WRITTEN) if draft.has_content]
    if not brought:
        return []
    for draft in brought:
        dialogue.drop(draft)
        draft.notes.setdefault(FROM, [before.channel, account])
        for note in OF_CHAT:
            draft.notes.pop(note, None)
        draft.put_aside()
    dialogues.keep(turn.session, row, dialogue.to_json(), turn.now)
    turn.dialogue.drafts[:0] = brought
    channel = turn.texts(f"channel-{before.channel}")
    rows = ((turn.button("draft-continue", "draft:continue", tone="good"),),)
    return [turn.reply(turn.texts("link-draft-came", channel=channel), rows)]
