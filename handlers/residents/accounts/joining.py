"""A code is entered: what will happen is said, and after a yes two accounts are one person's."""

from dataclasses import dataclass

from handlers.audience import command_of
from handlers.drafts import Draft
from handlers.forms.ask import Confirm, Invalid, Piece, Question, Taken
from handlers.forms.form import Form
from handlers.residents.accounts import coming, homes, names
from handlers.residents.ways.menu_rows import menu_rows
from handlers.screen import last_asked
from handlers.turn import Turn
from storage import files
from storage.files import drafts
from storage.messages import Event, Reply
from storage.outbox import following
from storage.people import accounts, bans, joining, link_codes, residents
from storage.tables import Account, LinkCode, Resident

MOST = 10  # accounts of one person
LINK = "l-"  # how the code of a link begins


def code_of(event: Event) -> str:
    """The code that an event is, or brings behind a command or in a link; empty if none."""
    if event.edited or event.press or event.files:
        return ""
    if event.start.startswith(LINK):
        return link_codes.read(event.start.removeprefix(LINK))
    word, rest = command_of(event)
    return link_codes.read(rest if word == "/link" else event.text)


def begin(turn: Turn) -> list[Reply] | None:
    """The answer to a link with a code, or to ``/link`` with one; None: go on."""
    is_link = turn.event.start.startswith(LINK)
    if is_link or command_of(turn.event)[0] == "/link":
        code = code_of(turn.event)
        return enter(turn, code) if code else None
    return None


def enter(turn: Turn, code: str, *, maybe: bool = False) -> list[Reply]:
    """Look a code up; ask whether to join if it works.

    ``maybe``: the digits may be an answer to something else. Then nothing is said if they do not work.
    """
    resident, account = names.person_of(turn), names.account_of(turn)
    if link_codes.must_wait(account, turn.now):
        return [] if maybe else _told(turn, "link-must-wait")
    row = link_codes.look_up(turn.session, account, code, turn.municipality.delivery_salt, turn.now)
    if row is None:
        return [] if maybe else _told(turn, "link-wrong")
    giver = turn.session.get_one(Account, row.account_id)
    if giver.id == account.id:
        return _told(turn, "link-own-code")
    if giver.resident_id == resident.id:
        return _told(turn, "link-already")
    link_codes.take(turn.session, row, account, turn.now)
    turn.dialogue.drop_all(FORMS)
    return JOIN.begin(turn)


def before_consent(turn: Turn) -> list[Reply] | None:
    """The answer to whoever has not consented here, but may have elsewhere; None: go on."""
    if code := code_of(turn.event):
        return enter(turn, code)
    if command_of(turn.event)[0] == "/link":
        return ENTER.begin(turn)
    draft = turn.dialogue.active
    if draft is None or draft.form not in FORMS or turn.event.change:
        return None
    form = FORMS[draft.form]
    press = turn.event.press or last_asked.press_said(turn, last_asked.said_lately(turn))
    if press.endswith(f"#{draft.key}"):
        if not turn.event.press:
            turn.event = turn.event.pressing(press)
        return form.answer(turn, draft)
    pending = form.pending(turn, draft)
    is_yes = isinstance(pending, Confirm) and pending.is_meant(turn.event.text)
    if form.expects(turn, draft) or is_yes:
        return form.answer(turn, draft)
    turn.dialogue.drop(draft)
    return None


def _told(turn: Turn, key: str, **args: object) -> list[Reply]:
    rows = menu_rows(turn) if turn.consented else ()
    return [turn.reply(turn.texts(key, **args), rows)]


def _summary(turn: Turn, _draft: Draft) -> str:
    told = [turn.texts("link-sure")]
    if not turn.consented and _has_consented(turn):
        version, button = turn.texts("consent-version"), turn.texts("link-yes")
        told.append(turn.texts("link-sure-consent", button=button, version=version))
    return "\n\n".join(told)


def _has_consented(turn: Turn) -> bool:
    """Whether the person has whose code waits for a yes here; who is handed over need not have."""
    session = turn.session
    row = link_codes.taken_by(session, names.account_of(turn), turn.now)
    giver = session.get(Account, row.account_id) if row else None
    person = session.get(Resident, giver.resident_id) if giver else None
    return bool(person and person.consent_at and not person.withdrawn_at)


def _decline(turn: Turn, _draft: Draft) -> list[Reply]:
    link_codes.drop(turn.session, names.account_of(turn))
    return _told(turn, "link-declined")


def _join(turn: Turn, _draft: Draft) -> list[Reply]:
    """Join the person who entered the code to whoever gave it."""
    session = turn.session
    account = names.account_of(turn)
    row = link_codes.taken_by(session, account, turn.now)
    giver = session.get(Account, row.account_id) if row else None
    if giver is None:
        return _told(turn, "link-late")
    both = [accounts.name_of(giver), accounts.name_of(account)]
    giver, account = joining.hold(session, both)
    row = link_codes.taken_by(session, account, turn.now)  # whoever erases was waited for
    if row is None:
        return _told(turn, "link-late")
    theirs = session.get_one(Resident, giver.resident_id)
    mine = session.get_one(Resident, account.resident_id)
    if theirs is mine:
        link_codes.drop(session, account)
        return _told(turn, "link-already")
    if why_not := _why_not(turn, theirs, mine):
        link_codes.drop(session, account)
        return _told(turn, why_not, most=str(MOST))
    return _joined(turn, row, theirs, mine)


def _why_not(turn: Turn, theirs: Resident, mine: Resident) -> str:
    """Why they cannot be joined now, as the key of a text.

    No word of whether somebody is banned: that is nobody else's business.
    """
    session, salt = turn.session, turn.municipality.delivery_salt
    all_names = accounts.names(session, theirs) + accounts.names(session, mine)
    if len(all_names) > MOST:
        return "link-too-many"
    is_banned = bans.any_of(session, [bans.mark_of(salt, *name) for name in all_names])
    has_none = bool(theirs.withdrawn_at) or residents.has_refused(session, theirs)
    is_erased = joining.is_being_erased(session, [theirs.id, mine.id])
    return "link-not-now" if is_banned or has_none or is_erased else ""


def _joined(turn: Turn, row: LinkCode, theirs: Resident, mine: Resident) -> list[Reply]:
    session, giver_id = turn.session, row.account_id
    account = names.account_of(turn)
    for one in (theirs, mine):
        link_codes.drop_of(session, one.id)
    if theirs.consent_at and not turn.consented:
        _consent(turn, mine, account)
    for account_of_mine in accounts.of(session, mine.id):
        account_of_mine.came_with = account.id
    chosen = next((accounts.name_of(one) for one in (theirs, mine) if one.home_fixed), None)
    at_home = accounts.name_of(theirs)
    chats = [one.address for who in (theirs, mine) for one in accounts.ways_to(session, who)]
    keeper, other = (theirs, mine) if theirs.id < mine.id else (mine, theirs)
    joining.absorb(session, keeper, other)
    last = account if coming.may_be_home(turn, account) else None
    home = accounts.find(session, *(chosen or at_home)) if chosen or not last else last
    if home:
        homes.move(turn, keeper, home)
    keeper.home_fixed = chosen is not None
    if name := turn.event.person.name[:200]:
        keeper.name = name
    before = [chat for chat in chats if chat != keeper.address]
    following.bring(session, before, keeper.address, turn.now)
    turn.consented = bool(keeper.consent_at) and not keeper.withdrawn_at
    done = turn.texts(
        "link-done",
        names=names.all_named(turn, keeper),
        home=names.named(turn, keeper),
        fixed="yes" if keeper.home_fixed else "no",
    )
    return [
        turn.reply(done, menu_rows(turn) if turn.consented else ()),
        *_brought(turn, keeper),
        *_tell_others(turn, keeper, account, giver_id),
    ]


def _consent(turn: Turn, mine: Resident, account: Account) -> None:
    """Keep that the yes to joining was a consent here, too: so the question said."""
    version = turn.texts("consent-version")
    residents.note_consent(turn.session, mine, joining.GIVEN, version, turn.now, account)
    files.fetch_noted(turn.session, list(drafts.ids_in(turn.dialogue.to_json())), turn.now)


def _brought(turn: Turn, keeper: Resident) -> list[Reply]:
    """What was begun in the other accounts, if this one is the home."""
    if not names.is_here(turn, keeper):
        return []
    replies: list[Reply] = []
    for one in accounts.ways_to(turn.session, keeper):
        if not names.is_here(turn, one):
            replies += coming.bring_drafts(turn, one.address, one.account)
    return replies[:1]


def _tell_others(turn: Turn, keeper: Resident, account: Account, giver_id: int) -> list[Reply]:
    """Say it in all other chats of the person, first where the code was shown: it may be another's doing."""
    channel = turn.texts(f"channel-{account.channel}")
    text = turn.texts("link-told", channel=channel)
    rows = ((turn.button("link-not-me", f"link:not-me:{account.id}", tone="bad"),),)
    ways = {one.id: one for one in accounts.of(turn.session, keeper.id) if one.id != account.id}
    first = sorted(ways.values(), key=lambda one: one.id != giver_id)
    return [
        Reply(
            to=accounts.way_to(turn.session, keeper, *accounts.name_of(one)).address,
            text=text,
            rows=rows,
        )
        for one in first
    ]


@dataclass(frozen=True, kw_only=True)
class Code(Question):
    """The code, as it is shown or in one piece; whether it works is looked up when it is whole."""

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Eight digits and nothing else. Raises Invalid."""
        if "text" not in pieces:
            return None
        if code := link_codes.read(turn.event.text):
            return Taken({self.name: code}, frozenset({"text"}))
        raise Invalid(turn.texts("link-no-code", cancel=turn.texts("form-cancel")))

    def correct(self, turn: Turn, draft: Draft, said: str) -> Taken | None:
        """An edited message enters nothing."""
        return None


ENTER = Form(
    name="link_code",
    questions=(Code(name="code", ask="link-ask-code"),),
    done=lambda turn, draft: enter(turn, draft.answers["code"]),
)
JOIN = Form(
    name="link",
    questions=(Confirm(name="send", summary=_summary, send_label="link-yes", by_word=False),),
    done=_join,
    cancelled=_decline,
    dropped_when_ignored=True,
)
FORMS = {form.name: form for form in (ENTER, JOIN)}
