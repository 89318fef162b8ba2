"""Consent to data processing, and its withdrawal with all personal data (152-ФЗ)."""

from collections.abc import Sequence

from config.settings.channels import CHANNELS
from handlers.appeals import card_lists
from handlers.drafts import Draft
from handlers.forms.ask import Confirm
from handlers.forms.form import Form
from handlers.residents.accounts import names
from handlers.residents.danger_notices import said_lately_whom_to_call
from handlers.showing import formal_ways
from handlers.turn import Turn
from storage import erasure, files
from storage.files import drafts
from storage.messages import Reply, Rows
from storage.people import accounts, residents
from storage.tables import Resident


def ask_consent(turn: Turn, resident: Resident) -> list[Reply]:
    """Greeting at first contact, then the consent in short as a message of its own."""
    replies = []
    if resident.greeted_at is None:
        resident.greeted_at = turn.now
        replies.append(greeting(turn))
    key = "consent-short-kept-messenger" if _is_named(turn) else "consent-short-kept-web"
    version = turn.texts("consent-version")
    text = turn.texts("consent-short", version=version, kept=turn.texts(key))
    return [*replies, turn.reply(text, consent_rows(turn))]


def led_by(turn: Turn, replies: list[Reply], words: Sequence[str]) -> list[Reply]:
    """The replies with the words before the consent, which stays a message of its own."""
    if not words:
        return replies
    *greeting, document = replies
    lead = "\n\n".join(words)
    return [greeting[0].and_then(lead) if greeting else turn.reply(lead), document]


def whole_consent(turn: Turn) -> list[Reply]:
    """The consent in full; who has given it already is asked nothing."""
    link = turn.settings.privacy_url
    text = turn.texts(
        "consent",
        municipality=turn.settings.municipality,
        version=turn.texts("consent-version"),
        kept=turn.texts("consent-kept-messenger" if _is_named(turn) else "consent-kept-web"),
        link=f"\n{turn.texts('consent-link', url=link)}" if link else "",
    )
    return [turn.reply(text, () if turn.consented else consent_rows(turn))]


def _is_named(turn: Turn) -> bool:
    return CHANNELS[turn.event.address.channel].shows_names


def remind_of_consent(turn: Turn, resident: Resident) -> list[Reply]:
    """A word that the consent waits, or was refused, with its whole text behind a button."""
    refused = residents.has_refused(turn.session, resident)
    text = turn.texts("consent-missing" if refused else "consent-waits")
    return [turn.reply(text, consent_rows(turn))]


def consent_rows(turn: Turn) -> Rows:
    """Yes, no, or first the whole text."""
    read = turn.button("consent-read", "consent:read")
    return (
        (turn.button("consent-yes", "consent:yes", tone="good"),),
        (turn.button("consent-no", "consent:no"), read),
    )


def greeting(turn: Turn) -> Reply:
    """The greeting: the bot's name, what does not reach it, and that this is no appeal under 59-ФЗ."""
    told = turn.reply(turn.texts("greeting", municipality=turn.settings.municipality))
    brings_voice = CHANNELS[turn.event.address.channel].brings_voice
    return told if brings_voice else told.and_then(turn.texts("voice-lost"))


def give_consent(turn: Turn, resident: Resident) -> None:
    """Keep the consent with its version and time."""
    version = turn.texts("consent-version")
    resident.consent_version = version
    resident.consent_at = turn.now
    resident.withdrawn_at = None
    resident.name = turn.event.person.name[:200]
    residents.note_consent(turn.session, resident, "given", version, turn.now)
    files.fetch_noted(turn.session, list(drafts.ids_in(turn.dialogue.to_json())), turn.now)


def refuse_consent(turn: Turn, resident: Resident) -> list[Reply]:
    """Nothing is kept, and what was said so far goes; the ways that need no bot.

    Whom to call is said once more: the page shows nothing of what was said before.
    """
    call = said_lately_whom_to_call(turn)
    turn.dialogue.drafts.clear()
    erasure.refuse(turn.session, resident, turn.now)
    version = turn.texts("consent-version")
    if not residents.has_refused(turn.session, resident):  # pressed again, it is the same no
        residents.note_consent(turn.session, resident, "refused", version, turn.now)
    read = turn.button("consent-read", "consent:read")
    rows = ((turn.button("consent-yes", "consent:yes"),), (read,))
    refused = turn.reply(turn.texts("consent-refused", ways=formal_ways(turn)), rows)
    return [refused.and_then(call)]


def _delete(turn: Turn, _draft: Draft) -> list[Reply]:
    person = turn.event.person
    turn.dialogue.drafts.clear()
    resident = residents.find(turn.session, person.channel, person.account)
    if resident is None:
        return [turn.reply(turn.texts("deleted"))]
    version = resident.consent_version
    residents.note_consent(turn.session, resident, "withdrawn", version, turn.now)
    erasure.cut_off(turn.session, resident, turn.texts("erased"), turn.now)
    # What waits to be shown in a list has the words already; all else is done by bot.erasing.
    lists = card_lists.unsent_with(turn, resident.id)
    return [turn.reply(turn.texts("deleting")), *lists]


def _summary(turn: Turn, _draft: Draft) -> str:
    """What will be erased; of several accounts, in all of them."""
    sure, resident = turn.texts("delete-sure"), names.person_of(turn)
    if len(accounts.of(turn.session, resident.id)) < 2:
        return sure
    return f"{sure}\n\n{turn.texts('delete-sure-all', names=names.all_named(turn, resident))}"


DELETE = Form(
    name="delete_me",
    questions=(
        Confirm(
            name="send",
            summary=_summary,
            send_label="delete-yes",
            tone="bad",
            by_word=False,
        ),
    ),
    done=_delete,
    dropped_when_ignored=True,
)
