"""The look of an appeal in the staff chat: its card, and messages under it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.lengths import cut
from handlers.appeals.clocks import is_urgent
from handlers.appeals.states import SAID, Action, State, allows
from handlers.showing import in_rows
from handlers.turn import Work
from handlers.wording.danger import is_emergency
from handlers.wording.places import map_link
from handlers.wording.quoting import in_line, name_shown, quoted
from storage import appeals
from storage import files as kept_files
from storage.messages import Address, Button, Priority, Reply, Rows, Tone
from storage.people import accounts
from storage.tables import Appeal, KeptFile

CARD_TEXT = 2000  # of the description on a card: the whole stands behind "history"
PLACE_TEXT = 500
# The buttons of a card in their order; a press comes back as "take:12".
CARD_ACTIONS = (Action.TAKE, Action.ANSWER, Action.ASK, Action.FORWARD, Action.DECLINE)
URGENCY_MARKS = {Priority.DANGER: "🆘 ", Priority.URGENT: "⚡ "}
MARKED = frozenset((State.NEW, State.REOPENED))  # while nobody has taken it
# States in which somebody of the staff has it, or had the last word.
ATTENDED = frozenset(
    (State.NEED_INFO, State.IN_WORK, State.FORWARDED, State.ANSWERED, State.DECLINED)
)
TONES: Mapping[Action, Tone] = {
    Action.TAKE: "primary",
    Action.ANSWER: "good",
    Action.DECLINE: "bad",
}


def staff_address(appeal: Appeal) -> Address:
    """The staff chat that has the appeal."""
    return appeal.staff_chat.address


def resident_address(appeal: Appeal) -> Address | None:
    """The resident's chat; None once the personal data is deleted."""
    resident = appeal.resident
    if resident.withdrawn_at or not resident.chat:
        return None
    return resident.address


def card(work: Work, appeal: Appeal, files: int | None = None) -> Reply:
    """The appeal's card in its staff chat: one message, edited as things change.

    ``files``: how many it has, None if that is not known.
    """
    priority = priority_of(appeal) if appeal.state in MARKED else Priority.NEW
    return _card(work, appeal, files, priority)


def _card(work: Work, appeal: Appeal, files: int | None, priority: Priority) -> Reply:
    return Reply(
        to=staff_address(appeal),
        text=card_text(work, appeal, files, priority),
        rows=card_rows(work, appeal),
        appeal=appeal.id,
        card=True,
        push=True,
        priority=Priority.LATER,
        coalesce=f"card:{appeal.id}",
        alarm=priority is Priority.DANGER and appeal.state in MARKED,
    )


def new_card(work: Work, appeal: Appeal, files: int | None = None) -> Reply:
    """The card of an appeal that is new to its chat: urgent ones go first; in a burst it is a line in a list."""
    priority = priority_of(appeal)
    return replace(_card(work, appeal, files, priority), priority=priority)


def priority_of(appeal: Appeal) -> Priority:
    """The priority with which the staff is shown a new appeal."""
    if is_emergency(appeal.text):
        return Priority.DANGER
    if appeal.kind != "problem":
        return Priority.NEW
    topic = appeal.topic
    urgent = is_urgent(topic.days, fast_track=topic.fast_track)
    return Priority.URGENT if urgent else Priority.NEW


def files_of(work: Work, appeal: Appeal, ids: tuple[int, ...]) -> Reply:
    """The appeal's own files, under its card."""
    caption = work.texts("card-files-of", number=appeal.number)
    return replace(under_card(appeal, caption, ids), coalesce=f"files:{appeal.id}")


def under_card(appeal: Appeal, text: str, files: tuple[int, ...] = ()) -> Reply:
    """A message about the appeal in its staff chat, as an answer to the card."""
    return Reply(
        to=staff_address(appeal),
        text=text,
        files=files,
        appeal=appeal.id,
        under_card=True,
        push=True,
    )


def news(work: Work, appeal: Appeal, text: str, files: tuple[int, ...] = ()) -> Reply:
    """A message about the appeal under its card, with a button that brings the card itself.

    Not under an album: its buttons would be a message of their own, and a group takes few.
    """
    told = under_card(appeal, text, files)
    rows = ((work.button("list-open", f"show:{appeal.id}"),),)
    return told if len(files) > 1 else replace(told, rows=rows)


def card_text(work: Work, appeal: Appeal, files: int | None, priority: Priority) -> str:
    """All that an employee needs to know, nothing more of the resident than the name."""
    t = work.texts
    resident = appeal.resident
    lines = [
        t(
            "card-head",
            number=appeal.number,
            kind=kind_label(work, appeal),
            state=state_and_employee(work, appeal),
        ),
        urgency_line(work, appeal, priority),
        topic_label(appeal),
        "",
        cut(quoted(appeal.text), CARD_TEXT, t("card-cut")),
        "",
        place_line(work, appeal),
        t(
            "card-resident",
            name=name_shown(resident.name) or t("nameless"),
            channel=t(f"channel-{resident.channel}"),
        ),
        t("card-department", department=appeal.department) if appeal.department else "",
        deadline_line(work, appeal),
    ]
    if line := files_line(work, appeal, files):
        lines.append(line)
    if resident.awaits_first_word:
        lines.append(t("card-waits-first-word"))
    elif appeal.undelivered:
        lines.append(t("card-undelivered"))
    return "\n".join(line for i, line in enumerate(lines) if line or i in (3, 5))


def files_line(work: Work, appeal: Appeal, files: int | None) -> str:
    """The number of the resident's files, and of those that have not come yet; empty if there are none.

    ``files`` as in ``card``.
    """
    if files is not None:  # it is new: all of them are just coming
        return work.texts("card-files", count=files) if files else ""
    kept = _of_resident(work, appeal, kept_files.of_appeal(work.session, appeal.id))
    if not kept:
        return ""
    channel = staff_address(appeal).channel
    late = sum(kept_files.is_late(file, channel, work.now) for file in kept)
    line = work.texts("card-files", count=len(kept))
    return f"{line} {work.texts('card-files-late', count=late)}" if late else line


def _of_resident(work: Work, appeal: Appeal, files: Sequence[KeptFile]) -> list[KeptFile]:
    """Those that the resident sent; employees' photos go the other way."""
    names = accounts.names(work.session, appeal.resident) if files else []
    return [file for file in files if (file.channel, file.account) in names]


def urgency_line(work: Work, appeal: Appeal, priority: Priority) -> str:
    """Why it is urgent, until somebody has taken it."""
    if appeal.state not in MARKED or priority <= Priority.NEW:
        return ""
    return work.texts("card-danger" if priority is Priority.DANGER else "card-urgent")


def is_overdue(work: Work, appeal: Appeal) -> bool:
    """Whether its clock runs and the deadline is past."""
    return appeal.state in appeals.RUNNING and appeal.deadline_at < work.now


def deadline_line(work: Work, appeal: Appeal) -> str:
    """The line with the deadline; empty once it does not matter."""
    if appeal.state not in appeals.OPEN:
        return ""
    if appeal.state not in appeals.RUNNING:
        return work.texts("card-deadline-stands")
    key = "card-overdue" if is_overdue(work, appeal) else "card-deadline"
    return work.texts(key, date=work.date(appeal.deadline_at))


def card_rows(work: Work, appeal: Appeal) -> Rows:
    """The buttons that the state allows, two in a row; topic and history always."""
    buttons = [
        work.button(
            label_of(appeal, action), f"{action}:{appeal.id}", tone=TONES.get(action, "plain")
        )
        for action in CARD_ACTIONS
        if allows(appeal, action, work.now)
    ]
    buttons += said_buttons(work, appeal)
    buttons.append(work.button("staff-topic", f"topic:{appeal.id}"))
    buttons.append(work.button("staff-history", f"history:{appeal.id}"))
    if allows(appeal, Action.RELEASE, work.now):  # the last: not under a finger that took it
        buttons.append(work.button("staff-release", f"release:{appeal.id}"))
    return in_rows(buttons, 2)


def said_buttons(work: Work, appeal: Appeal) -> list[Button]:
    """The buttons by which the staff corrects what the resident was told, or takes it back."""
    if appeal.state not in SAID or not resident_address(appeal):
        return []
    buttons = [work.button(f"staff-correct-{appeal.state}", f"correct:{appeal.id}")]
    if allows(appeal, Action.RESUME, work.now):
        buttons.append(work.button("staff-resume", f"resume:{appeal.id}"))
    return buttons


def label_of(appeal: Appeal, action: str) -> str:
    """The key of a card's button: only a problem is solved, all else is answered."""
    return "staff-reply" if action == "answer" and appeal.kind != "problem" else f"staff-{action}"


def state_label(work: Work, appeal: Appeal) -> str:
    """The state in words."""
    if appeal.kind == "thanks" and appeal.state == State.CLOSED:
        return work.texts("state-thanks")
    return work.texts(f"state-{appeal.state}")


def employee_of(work: Work, appeal: Appeal) -> str:
    """The name of the employee who has the appeal or had the last word; empty if nobody."""
    return last_employee(work, appeal) if appeal.state in ATTENDED else ""


def last_employee(work: Work, appeal: Appeal) -> str:
    """The name of the employee who moved it last, whatever has become of it; empty if nobody did."""
    return appeal.employee_name or work.texts("employee") if appeal.employee else ""


def state_and_employee(work: Work, appeal: Appeal) -> str:
    """The state in words, and who has the appeal: what the staff reads."""
    state, name = state_label(work, appeal), employee_of(work, appeal)
    return work.texts("state-and-employee", state=state, name=name) if name else state


def own_state_label(work: Work, appeal: Appeal) -> str:
    """The state in words for the resident who filed it."""
    return work.texts(f"my-state-{appeal.state}")


def kind_label(work: Work, appeal: Appeal) -> str:
    """Problem, suggestion, question or thanks, in words."""
    return work.texts(f"kind-{appeal.kind}")


def topic_label(appeal: Appeal) -> str:
    """Category and topic."""
    topic = appeal.topic
    category = topic.category
    return f"{category.emoji} {category.title} → {topic.title}".strip()


def place_line(work: Work, appeal: Appeal) -> str:
    """Address and map link; empty if no place was given."""
    parts = [in_line(appeal.place_text, PLACE_TEXT)] if appeal.place_text else []
    if appeal.lat is not None and appeal.lon is not None:
        parts.append(map_link(appeal.lat, appeal.lon))
    return work.texts("card-place", place=" ".join(parts)) if parts else ""
