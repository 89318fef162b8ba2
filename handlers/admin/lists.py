"""An admin's lists: all categories, the topics of one; eight on a page, so that VK takes them."""

from collections.abc import Sequence

from config.lengths import cut
from handlers.admin.pages import Node, find, gone, ref, title
from handlers.showing import Page, whole_number
from handlers.turn import Turn
from storage.messages import Button, Reply, Rows
from storage.tables import Category, Topic
from storage.town import tree_edits

PAGE = 8
LABEL = 36  # characters of a title on a button


def category_list(turn: Turn, argument: str) -> list[Reply]:
    """A page of the categories, a button each."""
    rows = tree_edits.categories(turn.session, turn.municipality)
    back = turn.button("admin-to-home", "adm:home:")
    lines = [_category_line(turn, number, row) for number, row in enumerate(rows, 1)]
    return _listing(turn, turn.texts("admin-categories"), rows, lines, "adm:list:", argument, back)


def topic_list(turn: Turn, argument: str) -> list[Reply]:
    """A page of a category's topics; the argument is ``c12.1``."""
    name, _, number = argument.partition(".")
    row = find(turn, name)
    if not isinstance(row, Category):
        return gone(turn)
    topics = tree_edits.topics(row)
    back = turn.button("admin-to-category", f"adm:page:{ref(row)}")
    if not topics:
        add = turn.button("admin-add-topic", f"adm:addtopic:{ref(row)}")
        return [turn.reply(turn.texts("admin-topics-none", title=title(row)), ((add,), (back,)))]
    head = turn.texts("admin-topics-of", title=title(row))
    lines = [_topic_line(turn, number, topic) for number, topic in enumerate(topics, 1)]
    return _listing(turn, head, topics, lines, f"adm:topics:{ref(row)}.", number, back)


def _listing(
    turn: Turn,
    head: str,
    nodes: Sequence[Node],
    lines: Sequence[str],
    press: str,
    argument: str,
    back: Button,
) -> list[Reply]:
    page = Page.of(len(nodes), PAGE, whole_number(argument))
    rows: Rows = tuple(
        (Button(cut(f"{count}. {title(node)}", LABEL), f"adm:page:{ref(node)}", number=count),)
        for count, node in page.numbered(nodes)
    )
    rows += ((*page.next_one(turn, press), back),)
    if page.pages > 1:
        head = f"{head} {turn.texts('admin-page-of', page=page.number, pages=page.pages)}"
    shown = [line for _, line in page.numbered(lines)]
    return [turn.reply("\n".join([head, "", *shown]), rows)]


def _category_line(turn: Turn, number: int, row: Category) -> str:
    count = len(tree_edits.topics(row))
    line = turn.texts("admin-category-line", number=number, title=title(row), topics=count)
    return f"{line} {turn.texts('admin-hidden-mark')}" if row.hidden else line


def _topic_line(turn: Turn, number: int, row: Topic) -> str:
    line = turn.texts("admin-topic-line", number=number, title=title(row), days=row.days)
    return f"{line} {turn.texts('admin-hidden-mark')}" if row.hidden else line
