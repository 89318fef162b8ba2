"""``/block`` and ``/unblock``: an employee bans the account that filed an appeal, or lifts the ban."""

from dataclasses import dataclass, replace

from handlers.appeals.card import resident_address
from handlers.appeals.lifecycle import Actor, note
from handlers.audience import Act, command_of
from handlers.drafts import Draft
from handlers.forms.ask import Confirm, Invalid, Taken, Text
from handlers.forms.form import Form
from handlers.rights import is_admin
from handlers.showing import formal_ways
from handlers.staff.chat import appeal_here
from handlers.staff.prompts import cancelled, subject, under_its_card
from handlers.turn import Turn
from handlers.wording.numbers import number_and_rest
from handlers.wording.quoting import in_line
from storage import appeals
from storage.messages import Reply
from storage.people import accounts, bans
from storage.tables import Appeal


def starter(form: Form) -> Act:
    """Return the act of the form's command: begin it about the appeal whose number follows."""

    def start(turn: Turn) -> list[Reply]:
        typed = command_of(turn.event)[1]
        said, reason = number_and_rest(typed, turn.settings.number_prefix)
        if not said:
            said, reason = (*typed.split(maxsplit=1), "", "")[:2]
        number = appeals.numbered(turn.session, turn.municipality.id, said)
        return _begin(turn, form, appeal_here(turn, number), said, reason)

    return start


def _begin(turn: Turn, form: Form, appeal: Appeal | None, said: str, reason: str) -> list[Reply]:
    """Begin the form about the appeal; ``said`` is its number as typed, ``reason`` may be empty."""
    if appeal is None and any(sign in "0123456789" for sign in said):
        return [turn.reply(turn.texts("block-unknown", number=in_line(said, LONGEST_NUMBER)))]
    if appeal is None:
        return [turn.reply(turn.texts("block-usage" if form is BLOCK else "unblock-usage"))]
    if problem := _problem(turn, form, appeal):
        return [turn.reply(turn.texts(problem, number=appeal.number))]
    draft = form.new_draft(turn, subject=appeal.id)
    if form is BLOCK:
        kept = "" if len(reason) > MOST_REASON else reason
        draft.remember(turn.event.message, turn.event.look, "reason", kept)
    if len(reason) > MOST_REASON:
        return form.prompt(turn, draft, turn.texts("block-reason-long", most=str(MOST_REASON)))
    if reason:
        draft.answers["reason"] = reason
    return form.prompt(turn, draft)


def _problem(turn: Turn, form: Form, appeal: Appeal) -> str:
    """Why it cannot be done, as the key of a text."""
    is_banned = bans.find(turn.session, _marks(turn, appeal), appeal.id) is not None
    if form is UNBLOCK:
        return "" if is_banned else "unblock-none"
    resident = appeal.resident
    if is_banned:
        return "block-already"
    if resident.withdrawn_at:
        return "staff-resident-gone"
    names = accounts.names(turn.session, resident)
    return "block-admin" if any(is_admin(turn.settings, *name) for name in names) else ""


def _marks(turn: Turn, appeal: Appeal) -> list[str]:
    """Of all accounts of whoever filed it."""
    salt, names = turn.municipality.delivery_salt, accounts.names(turn.session, appeal.resident)
    return [bans.mark_of(salt, *name) for name in names]


def _block(turn: Turn, draft: Draft) -> list[Reply]:
    appeal, reason = subject(turn, draft), draft.answers["reason"]
    if problem := _problem(turn, BLOCK, appeal):
        return [turn.reply(turn.texts(problem, number=appeal.number))]
    actor = Actor.of(turn.event, "employee")
    bans.ban(turn.session, appeal, _marks(turn, appeal), actor.id, reason, turn.now)
    note(turn, appeal, actor, "block", text=reason)
    told = turn.texts("banned", reason=reason, ways=formal_ways(turn))
    return [turn.reply(turn.texts("block-done", number=appeal.number)), *_tell(appeal, told)]


def _unblock(turn: Turn, draft: Draft) -> list[Reply]:
    appeal = subject(turn, draft)
    if problem := _problem(turn, UNBLOCK, appeal):
        return [turn.reply(turn.texts(problem, number=appeal.number))]
    bans.lift(turn.session, _marks(turn, appeal), appeal.id)
    note(turn, appeal, Actor.of(turn.event, "employee"), "unblock")
    done = turn.reply(turn.texts("unblock-done", number=appeal.number))
    return [done, *_tell(appeal, turn.texts("unbanned"))]


def _tell(appeal: Appeal, text: str) -> list[Reply]:
    to = resident_address(appeal)
    return [Reply(to=to, text=text, push=True)] if to else []


@dataclass(frozen=True, kw_only=True)
class Reason(Text):
    """The reason of a ban, which may stand behind the command."""

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """Replace the reason; the command that is edited keeps its appeal."""
        event = turn.event
        if event.text.startswith("/"):
            typed = (*event.text.split(maxsplit=1), "")[1]
            asked, reason = number_and_rest(typed, turn.settings.number_prefix)
            number = appeals.numbered(turn.session, turn.municipality.id, asked)
            if number != draft.subject:
                raise Invalid(turn.texts("block-other-number", number=subject(turn, draft).number))
            turn.event = replace(event, text=reason)
        return super().correct(turn, draft, said)


MOST_REASON = 500
LONGEST_NUMBER = 30  # of what was given as a number, as we say it back
BLOCK = Form(
    name="block",
    questions=(
        Reason(name="reason", ask="block-reason", at_least=3, at_most=MOST_REASON),
        Confirm(
            name="send",
            send_label="block-yes",
            tone="bad",
            by_word=False,
            summary=lambda turn, draft: turn.texts("block-sure", reason=draft.answers["reason"]),
        ),
    ),
    done=_block,
    cancelled=cancelled,
    decorate=under_its_card,
    too_late="block-too-late",
)
UNBLOCK = Form(
    name="unblock",
    questions=(
        Confirm(
            name="send",
            send_label="unblock-yes",
            by_word=False,
            summary=lambda turn, _draft: turn.texts("unblock-sure"),
        ),
    ),
    done=_unblock,
    cancelled=cancelled,
    decorate=under_its_card,
)
FORMS = {form.name: form for form in (BLOCK, UNBLOCK)}
COMMANDS = {f"/{form.name}": starter(form) for form in (BLOCK, UNBLOCK)}
