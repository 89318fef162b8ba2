"""A resident whom this bot does not know yet: new to us, or met by another bot or community of ours."""

from handlers.drafts import Dialogue
from handlers.forms.ask import plain
from handlers.forms.ask.labels import number_said
from handlers.residents import consent, filing, intents
from handlers.residents.accounts import joining
from handlers.residents.arriving import posters
from handlers.residents.menu import menu_words
from handlers.residents.unasked import appeal_in_hand, take_in
from handlers.residents.ways.menu_rows import menu_rows
from handlers.residents.ways.starts import is_untouched
from handlers.screen import last_asked
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage import outbox
from storage.messages import Reply
from storage.people import dialogues, residents
from storage.tables import Reached, Resident
from storage.town import changed_accounts

OF_MESSAGES = ("heard", "seen", "albums", "albums_refused")  # ids that mean other messages here

YES = {"да", "ага", "согласен", "согласна", "согласие", "даю согласие"}
NO = {"нет", "неа", "не согласен", "не согласна", "не даю согласия"}


def take_along(turn: Turn, here: Reached) -> list[Reply]:
    """Send what waited for this word, and go on with what was begun; a word on files that are lost."""
    session, before, member = turn.session, here.address, turn.event.member
    outbox.bring_over(session, before, member.address, turn.now)
    for draft in Dialogue.from_json(dialogues.take_away(session, before, member.account)).drafts:
        for name in OF_MESSAGES:
            draft.notes.pop(name, None)
        if not turn.dialogue.with_key(draft.key):
            turn.dialogue.drafts.append(draft)
    here.through = member.channel
    left = changed_accounts.unfetched(session, member.channel, account=member.account)
    return [turn.reply(turn.texts("account-files-left", count=left))] if left else []


def before_consent(turn: Turn, resident: Resident) -> list[Reply]:
    """Ask for consent; what came with the first message waits in a draft."""
    if (replies := joining.before_consent(turn)) is not None:
        return replies
    press = turn.event.press
    said = plain(turn.event.text)
    if number_said(said):  # of the buttons that were shown last
        press = last_asked.press_said(turn, last_asked.said_lately(turn))
    asked = resident.greeted_at is not None  # who has not read it agrees to nothing
    further = turn.continues is not None
    if press == "consent:yes" or (asked and said in YES and not further):
        consent.give_consent(turn, resident)
        return _after_consent(turn)
    if press == "consent:no" or (asked and said in NO and not further):
        return consent.refuse_consent(turn, resident)
    if press == "consent:read" or said == plain(turn.texts("consent-read")):
        return consent.whole_consent(turn)
    wanted = intents.intent_alone(turn)
    words = [turn.texts("formal-how", ways=formal_ways(turn))] if wanted == "official" else []
    by_code = posters.is_by_code(turn)
    asks = bool(wanted) or turn.event.is_command or said in menu_words(turn)
    asks = asks or (by_code and posters.is_alone(turn))
    if resident.greeted_at and not asks and residents.has_refused(turn.session, resident):
        return consent.remind_of_consent(turn, resident)
    if by_code:
        words += posters.take_of_newcomer(turn)
    if not asks:
        heard = take_in(turn)
        if heard.further or turn.event.edited or further:
            return []
        words += [word for word in heard.words if word != turn.texts("text-taken")]
    anew = resident.greeted_at is None or asks
    replies = (consent.ask_consent if anew else consent.remind_of_consent)(turn, resident)
    draft = appeal_in_hand(turn)
    holds = draft and draft.has_content and not is_untouched(draft)
    kept = turn.texts("consent-kept") if holds else ""
    return consent.led_by(turn, replies, [word for word in (kept, *words) if word])


def _after_consent(turn: Turn) -> list[Reply]:
    if draft := appeal_in_hand(turn):
        return filing.FORM.prompt(turn, draft, turn.texts("consent-given"))
    return [turn.reply(turn.texts("consent-given"), menu_rows(turn)).and_then(turn.texts("menu"))]
