"""The forms with which an admin adds a category or a topic."""

from config.categories.entries import MOST_CATEGORIES, MOST_TOPICS
from handlers.admin.edits import back, begin, node_of
from handlers.admin.line_questions import Line, read_days, read_department, read_emoji, read_title
from handlers.admin.pages import Node, changed, gone, home, page, title
from handlers.drafts import Draft
from handlers.forms.ask import Choice, Option, always
from handlers.forms.form import Form
from handlers.turn import Turn
from storage.messages import Reply
from storage.tables import Category
from storage.town import tree_edits


def _category_title(turn: Turn, _draft: Draft, text: str) -> str:
    return read_title(turn, text, tree_edits.categories(turn.session, turn.municipality))


def _topic_title(turn: Turn, draft: Draft, text: str) -> str:
    into = node_of(turn, draft)
    return read_title(turn, text, tree_edits.topics(into) if isinstance(into, Category) else ())


def _yes_no(turn: Turn, _draft: Draft) -> list[Option]:
    return [Option(1, turn.texts("admin-yes")), Option(0, turn.texts("admin-no"))]


def _add_category(turn: Turn, draft: Draft) -> list[Reply]:
    row = tree_edits.add_category(
        turn.session, turn.municipality, draft.answers["adm_new_category"]
    )
    row.emoji = draft.answers["adm_new_emoji"] or ""
    row.department = draft.answers["adm_new_department"] or ""
    changed(turn)
    return page(turn, row, turn.texts("admin-category-added", title=title(row)))


def _add_topic(turn: Turn, draft: Draft) -> list[Reply]:
    into = node_of(turn, draft)
    if not isinstance(into, Category):
        return gone(turn)
    answers = draft.answers
    row = tree_edits.add_topic(
        turn.session, turn.municipality, into, answers["adm_new_topic"], answers["adm_new_days"]
    )
    row.needs_place = bool(answers["adm_new_place"])
    changed(turn)
    return page(turn, row, turn.texts("admin-topic-added", title=title(row)))


ADD_CATEGORY = Form(
    name="adm-category",
    questions=(
        Line(name="adm_new_category", ask="admin-ask-new-category", parse=_category_title),
        Line(
            name="adm_new_emoji",
            ask="admin-ask-new-emoji",
            parse=read_emoji,
            optional=always,
            skip_label="admin-no-emoji",
        ),
        Line(
            name="adm_new_department",
            ask="admin-ask-new-department",
            parse=read_department,
            optional=always,
            skip_label="admin-no-department",
        ),
    ),
    done=_add_category,
    cancelled=back,
    too_late="admin-too-late",
)
ADD_TOPIC = Form(
    name="adm-topic",
    questions=(
        Line(name="adm_new_topic", ask="admin-ask-new-topic", parse=_topic_title),
        Line(name="adm_new_days", ask="admin-ask-new-days", parse=read_days),
        Choice(name="adm_new_place", ask="admin-ask-new-place", options=_yes_no, columns=2),
    ),
    done=_add_topic,
    cancelled=back,
    too_late="admin-too-late",
)


def add_category(turn: Turn) -> list[Reply]:
    """Begin a new category if there is room for one."""
    if len(tree_edits.categories(turn.session, turn.municipality)) >= MOST_CATEGORIES:
        return home(turn, turn.texts("admin-categories-full", most=MOST_CATEGORIES))
    return begin(turn, ADD_CATEGORY)


def add_topic(turn: Turn, node: Node) -> list[Reply]:
    """Begin a new topic if there is room for one."""
    if not isinstance(node, Category):
        return gone(turn)
    if len(tree_edits.topics(node)) >= MOST_TOPICS:
        return page(turn, node, turn.texts("admin-topics-full", most=MOST_TOPICS))
    return begin(turn, ADD_TOPIC, node)
