"""The category tree as a file in the chat: sent to the admin, and taken from the admin.

A file that comes is only a reference: it is kept with the purpose ``import:<chat>``, fetched by
``bot.files.fetching``, and its bytes come back to ``receive`` (or ``lost``). What was checked is kept in the
file's row, so that the confirmation applies exactly that.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from config.categories import InvalidTree, from_kept, to_kept, tree_of, write_tree
from config.categories.entries import CategoryEntry
from config.categories.nodes import MOST_BYTES
from config.lengths import cut
from config.texts import Texts
from handlers.admin.edits import back, begin
from handlers.admin.pages import farewells, home
from handlers.drafts import Dialogue, Draft
from handlers.forms.ask import Asked, Confirm, Invalid, Piece, Question, Taken
from handlers.forms.form import Form
from handlers.screen.spots import Before, give_spots
from handlers.turn import Turn, Work
from storage import files
from storage.files import made
from storage.messages import ChatMember, Event, File, Person, Reply
from storage.people import dialogues
from storage.tables import KeptFile
from storage.town import municipalities, tree_edits
from storage.town.tree import load_tree
from storage.town.tree_imports import Plan, apply_import, export_entries, plan_import

ENDINGS = (".yaml", ".yml")
PURPOSE = "import:"
MOST_TITLES = 10  # of a kind of changes
MOST_PROBLEMS = 20  # told at once: a message must hold them


def export(turn: Turn) -> list[Reply]:
    """The tree as a file."""
    tree = export_entries(turn.session, turn.municipality)
    day = turn.now.astimezone(turn.settings.zone).date().isoformat()
    person = turn.event.person
    file_id = made.make(
        turn.session,
        name=f"categories-{day}.yaml",
        mime="application/yaml",
        content=write_tree(tree),
        author=f"{person.channel}:{person.account}",
        now=turn.now,
    )
    return [Reply(to=turn.event.address, text=turn.texts("admin-exported"), files=(file_id,))]


def start_import(turn: Turn) -> list[Reply]:
    """Ask for the file; one that came with the command is taken at once."""
    asked = begin(turn, IMPORT)
    draft = turn.dialogue.active
    return IMPORT.answer(turn, draft) if turn.event.files and draft else asked


# The form


@dataclass(frozen=True, kw_only=True)
class Upload(Question):
    """A category file. The answer, the kept file's id, comes from ``receive``: it is checked there."""

    def prompt(self, turn: Turn, draft: Draft) -> Asked:
        """The question, or that the file is being looked at."""
        waits = "waiting" in draft.notes
        return Asked(turn.texts("admin-import-checking" if waits else "admin-import-ask"))

    def read(
        self, turn: Turn, draft: Draft, pieces: frozenset[Piece], *, volunteered: bool
    ) -> Taken | None:
        """Keep the file to be fetched; one that came before is forgotten."""
        if "files" not in pieces:
            raise Invalid(turn.texts("admin-import-file-wanted"))
        file = turn.event.files[0]
        if problem := _problem(turn, file, more=turn.event.album or len(turn.event.files) > 1):
            raise Invalid(problem)
        draft.answers.pop(self.name, None)
        sender = turn.event.member
        draft.notes["waiting"] = files.keep(
            turn.session, file, sender, turn.now, purpose=f"{PURPOSE}{sender.chat}"
        )
        return Taken({}, frozenset({"files"}))

    def exchange(self, turn: Turn, draft: Draft) -> Taken | None:
        """Take the file that stands in the message now."""
        if not turn.event.files:
            return None
        try:
            return self.read(turn, draft, frozenset({"files"}), volunteered=False)
        except Invalid as invalid:
            return Taken({}, frozenset({"files"}), str(invalid))

    def valid(self, turn: Turn, draft: Draft, value: Any) -> bool:
        """Kept files are not kept for ever."""
        return _kept(turn, value) is not None


def _problem(turn: Turn, file: File, *, more: object) -> str:
    if more:
        return turn.texts("admin-import-one-file")
    if PurePath(file.name).suffix.lower() not in ENDINGS:
        return turn.texts("admin-import-not-yaml")
    if file.size > MOST_BYTES:
        return turn.texts("tree-too-large", most=str(MOST_BYTES // 1024))
    return ""


def _kept(work: Work, file_id: int) -> tuple[CategoryEntry, ...] | None:
    """What was checked; None where it is gone, or a version before this one has kept it."""
    row = work.session.get(KeptFile, file_id)
    try:
        return from_kept(row.content) if row and row.content else None
    except (ValueError, LookupError, TypeError):
        return None


def _tree(turn: Turn, draft: Draft) -> tuple[CategoryEntry, ...]:
    return _kept(turn, draft.answers["adm_file"]) or ()


def _summary(turn: Turn, draft: Draft) -> str:
    """What the import would do to the tree as it is now."""
    draft.notes["version"] = turn.municipality.tree_version
    plan = plan_import(turn.session, turn.municipality, _tree(turn, draft))
    return turn.texts("admin-import-summary", plan=plan_text(turn.texts, plan))


def _load(turn: Turn, draft: Draft) -> list[Reply]:
    if draft.notes.get("version") != turn.municipality.tree_version:
        draft.answers.pop("adm_load")
        turn.dialogue.activate(draft)
        return IMPORT.prompt(turn, draft, turn.texts("admin-import-tree-changed"))
    tree = _tree(turn, draft)
    plan = plan_import(turn.session, turn.municipality, tree)
    retired = apply_import(turn.session, turn.municipality, tree)
    files.forget(turn.session, [draft.answers["adm_file"]])
    turn.tree = load_tree(turn.session, turn.municipality)
    word = turn.texts("admin-imported", plan=plan_text(turn.texts, plan))
    return [*home(turn, word), *farewells(turn, retired)]


IMPORT = Form(
    name="adm-import",
    questions=(
        Upload(name="adm_file", unasked=frozenset({"files"})),
        Confirm(
            name="adm_load", summary=_summary, send_label="admin-import-yes", after=("adm_file",)
        ),
    ),
    done=_load,
    cancelled=back,
    too_late="admin-too-late",
)


# What the fetcher brings


def receive(work: Work, file_id: int, read: Any) -> list[Reply]:
    """Answer a category file that was fetched: with its mistakes, or with the changes it would make.

    ``read`` is the result of ``config.categories.yaml_nodes.plain_tree``; raises ValueError for
    anything else.

    No answer if the admin has given up meanwhile or sent another file.
    """
    found = _waiting(work, file_id)
    if found is None:
        return []
    turn, draft, row = found
    before = Before.of(turn)
    del draft.notes["waiting"]
    try:
        tree = tree_of(read, work.texts)
    except InvalidTree as invalid:
        row.state = "refused"
        lead = work.texts(
            "admin-import-problems",
            count=len(invalid.problems),
            problems=invalid.told(work.texts, MOST_PROBLEMS),
        )
        return _say(turn, before, IMPORT.prompt(turn, draft, lead))
    row.state, row.content = "checked", to_kept(tree)
    work.session.flush()
    plan = plan_import(work.session, work.municipality, tree)
    if plan.is_empty:
        turn.dialogue.drop(draft)
        return _say(turn, before, home(turn, plan_text(work.texts, plan)))
    draft.answers["adm_file"] = file_id
    return _say(turn, before, IMPORT.prompt(turn, draft))


def lost(work: Work, file_id: int) -> list[Reply]:
    """The messenger does not give the file, or it is too large: ask for it again."""
    found = _waiting(work, file_id)
    if found is None:
        return []
    turn, draft, row = found
    before = Before.of(turn)
    del draft.notes["waiting"]
    row.state = "gone"
    return _say(turn, before, IMPORT.prompt(turn, draft, work.texts("admin-import-lost")))


def _waiting(work: Work, file_id: int) -> tuple[Turn, Draft, KeptFile] | None:
    """The dialogue that waits for the file, as if its admin had just said something."""
    row = work.session.get(KeptFile, file_id)
    if row is None or row.state != "waiting" or not row.purpose.startswith(PURPOSE):
        return None
    tree_edits.lock(work.session, work.municipality)
    admin = ChatMember(row.channel, row.purpose.removeprefix(PURPOSE), row.account)
    kept = dialogues.load(work.session, admin)
    # A copy, so that the row sees a change as one.
    dialogue = Dialogue.from_json(deepcopy(kept.drafts) if kept else [])
    draft = dialogue.find(IMPORT.name)
    if draft is None or draft.notes.get("waiting") != file_id:
        row.state = "refused"
        return None
    in_staff_chat = municipalities.staff_chat_for(work.session, admin.address) is not None
    person = Person(row.channel, row.account)
    event = Event(f"file:{file_id}", admin.address, person, work.now, private=not in_staff_chat)
    turn = Turn(
        services=work.services,
        session=work.session,
        now=work.now,
        municipality=work.municipality,
        tree=work.tree,
        event=event,
        dialogue=dialogue,
    )
    return turn, draft, row


def _say(turn: Turn, before: Before, replies: list[Reply]) -> list[Reply]:
    """The replies in the place of the word that the file is being looked at, if that is the last."""
    placed = give_spots(turn, before, replies)
    dialogues.save(turn.session, turn.event.member, turn.dialogue.to_json(), turn.now)
    return placed


# An import in words


def plan_text(texts: Texts, plan: Plan) -> str:
    """The changes that an import makes, a line for each kind, and which categories have no topic."""
    lines = [texts("admin-plan-nothing")] if plan.is_empty else []
    if plan.added:
        titles = _titles(plan.added)
        lines.append(texts("admin-plan-added", count=len(plan.added), titles=titles))
    if plan.changed:
        titles = _titles(plan.changed)
        lines.append(texts("admin-plan-changed", count=len(plan.changed), titles=titles))
    if plan.removed:
        titles = _titles(plan.removed)
        lines.append(texts("admin-plan-removed", count=len(plan.removed), titles=titles))
    if plan.appeals:
        lines.append(texts("admin-plan-appeals", count=plan.appeals))
    if plan.reordered:
        lines.append(texts("admin-plan-order"))
    if plan.empty:
        titles = _titles(plan.empty)
        lines.append(texts("admin-plan-no-topics", count=len(plan.empty), titles=titles))
    return "\n".join(lines)


def _titles(titles: Sequence[str]) -> str:
    shown = "; ".join(cut(title, 40) for title in titles[:MOST_TITLES])
    return shown if len(titles) <= MOST_TITLES else f"{shown}; …"
