"""A resident of another bot or community of ours who writes to the present one for the first time."""

from handlers.drafts import Dialogue
from handlers.turn import Turn
from storage import outbox
from storage.messages import Reply
from storage.people import dialogues
from storage.tables import Resident
from storage.town import changed_accounts

OF_MESSAGES = ("heard", "seen", "albums", "albums_refused")  # ids that mean other messages here


def take_along(turn: Turn, resident: Resident) -> list[Reply]:
    """Send what waited for this word, and go on with what was begun; a word on files that are lost."""
    session, before, member = turn.session, resident.address, turn.event.member
    outbox.bring_over(session, before, member.address, turn.now)
    for draft in Dialogue.from_json(dialogues.take_away(session, before, member.account)).drafts:
        for name in OF_MESSAGES:
            draft.notes.pop(name, None)
        if not turn.dialogue.with_key(draft.key):
            turn.dialogue.drafts.append(draft)
    resident.through = member.channel
    left = changed_accounts.unfetched(session, member.channel, account=member.account)
    return [turn.reply(turn.texts("account-files-left", count=left))] if left else []
