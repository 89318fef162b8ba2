"""The pages of an admin: the menu, a category, a topic. Ten buttons at most: VK's limit.

A category is named ``c12`` in presses and drafts, a topic ``t34``.
"""

from collections.abc import Sequence

from config.categories.entries import FAST_TRACK_DAYS
from config.categories.new_words import new_words
from config.settings.channels import CHANNELS
from handlers.admin import newcomers as admin_newcomers
from handlers.showing import in_rows
from handlers.turn import Turn
from handlers.wording.quoting import name_shown
from storage.messages import Address, Button, Reply, Rows
from storage.people import residents
from storage.tables import Category, Topic
from storage.town import municipalities, tree_edits
from storage.town.new_words import lacking
from storage.town.tree import load_tree
from storage.web import newcomers

Node = Category | Topic


def ref(node: Node) -> str:
    """The name of a category or topic in presses and drafts."""
    return f"c{node.id}" if isinstance(node, Category) else f"t{node.id}"


def find(turn: Turn, name: str) -> Node | None:
    """The category or topic of that name, None if it is removed."""
    kind, number = name[:1], name[1:]
    if not (number.isdecimal() and len(number) < 10):
        return None
    if kind == "c":
        return tree_edits.category(turn.session, turn.municipality, int(number))
    if kind == "t":
        return tree_edits.topic(turn.session, turn.municipality, int(number))
    return None


def siblings(turn: Turn, node: Node) -> Sequence[Category] | Sequence[Topic]:
    """Those among which it stands, itself included, in their order."""
    if isinstance(node, Category):
        return tree_edits.categories(turn.session, turn.municipality)
    return tree_edits.topics(node.category)


def topics_of(node: Node) -> list[Topic]:
    """The topics of a category, or the topic itself."""
    return tree_edits.topics(node) if isinstance(node, Category) else [node]


def title(node: Node) -> str:
    """Emoji and title."""
    return f"{node.emoji} {node.title}".strip()


def changed(turn: Turn) -> list[Reply]:
    """The tree was changed: everybody sees it from the next event on.

    A word for each staff chat that no category names any more: it is none from now on.
    """
    retired = tree_edits.touch(turn.session, turn.municipality)
    turn.tree = load_tree(turn.session, turn.municipality)
    return farewells(turn, retired)


def farewells(turn: Turn, retired: Sequence[Address]) -> list[Reply]:
    """A word for each chat that is a staff chat no more."""
    keys = {
        chat: "staff-topic-retired"
        if municipalities.staff_chat_for(turn.session, chat)
        else "staff-chat-retired"
        for chat in retired
    }
    return [Reply(to=chat, text=turn.texts(key), push=True) for chat, key in keys.items()]


def leaves_nothing(turn: Turn, gone: Sequence[Topic]) -> bool:
    """Whether residents would have no topic to choose without these."""
    ids = {topic.id for topic in gone}
    return not any(topic.offered and topic.id not in ids for topic in turn.tree.topics())


# Pages


def _named(turn: Turn, admin: str) -> str:
    """An admin by the name that the messenger shows, and where that is."""
    channel, _, account = admin.partition(":")
    known = residents.find(turn.session, channel, account)
    name = name_shown(known.name) if known else ""
    if not CHANNELS[channel].shows_names:
        name = turn.texts("admin-someone")
    where = turn.texts(f"channel-{channel}")
    return turn.texts("admin-person", name=name or account, where=where)


def home(turn: Turn, *lead: str) -> list[Reply]:
    """The menu: how much there is, who the admins are."""
    rows = tree_edits.categories(turn.session, turn.municipality)
    topics = [topic for row in rows for topic in tree_edits.topics(row)]
    text = turn.texts(
        "admin-home",
        categories=len(rows),
        topics=len(topics),
        admins="; ".join(_named(turn, admin) for admin in turn.settings.admins),
    )
    buttons = [
        turn.button("admin-list", "adm:list:1", tone="primary"),
        turn.button("admin-add-category", "adm:add:category"),
        turn.button("admin-export", "adm:export:"),
        turn.button("admin-import", "adm:import:"),
        turn.button("admin-posters", "adm:posters:1"),
    ]
    if lacking(turn.session, turn.municipality, new_words()):
        buttons.append(turn.button("admin-new-words", "adm:words:1"))
    if turn.settings.web_chat_on:
        buttons.append(turn.button("admin-newcomers", "adm:newcomers:"))
        if newcomers.closed_until(turn.session, turn.now):
            text += f"\n\n{admin_newcomers.state_of(turn)}"
    if turn.event.private and turn.dialogue.find("appeal"):
        buttons.append(turn.button("admin-to-draft", "draft:continue"))
    return [_reply(turn, text, in_rows(buttons, 2), lead)]


def page(turn: Turn, node: Node, *lead: str) -> list[Reply]:
    """A category or a topic: all that is set, and what can be changed."""
    if isinstance(node, Category):
        return [_reply(turn, _category_text(turn, node), _category_rows(turn, node), lead)]
    return [_reply(turn, _topic_text(turn, node), _topic_rows(turn, node), lead)]


def _category_text(turn: Turn, row: Category) -> str:
    topics = tree_edits.topics(row)
    chat = municipalities.staff_chat(turn.session, row.staff_chat_id)
    lines = [
        title(row),
        _common_lines(turn, row, turn.texts("admin-none")),
        turn.texts("admin-topic-count", count=len(topics)) if topics else "",
        turn.texts("admin-own-chat", chat=str(chat.address)) if chat else "",
        turn.texts("admin-is-hidden") if row.hidden else "",
        "" if topics else turn.texts("admin-category-empty"),
    ]
    return "\n".join(line for line in lines if line)


def _topic_text(turn: Turn, row: Topic) -> str:
    inherited = turn.texts("admin-as-category", department=row.category.department)
    lines = [
        turn.texts("admin-topic-head", category=title(row.category), title=title(row)),
        turn.texts("admin-days", days=row.days),
        _common_lines(
            turn, row, inherited if row.category.department else turn.texts("admin-none")
        ),
        turn.texts("admin-place-needed" if row.needs_place else "admin-place-free"),
        _fast_line(turn, row) if row.fast_track else "",
        turn.texts("admin-is-hidden") if row.hidden else "",
        turn.texts("admin-parent-hidden") if row.category.hidden else "",
    ]
    return "\n".join(line for line in lines if line)


def _fast_line(turn: Turn, row: Topic) -> str:
    if row.days <= FAST_TRACK_DAYS:
        return turn.texts("admin-is-fast")
    return turn.texts("admin-fast-in-vain", most=FAST_TRACK_DAYS)


def _common_lines(turn: Turn, node: Node, no_department: str) -> str:
    none = turn.texts("admin-none")
    department = turn.texts("admin-department", department=node.department or no_department)
    keywords = turn.texts("admin-keywords", keywords=", ".join(node.keywords) or none)
    return f"{department}\n{keywords}"


def _category_rows(turn: Turn, row: Category) -> Rows:
    name = ref(row)
    first = [
        turn.button("admin-topics", f"adm:topics:{name}.1", tone="primary"),
        turn.button("admin-add-topic", f"adm:addtopic:{name}"),
    ]
    return in_rows(
        [*first, *_edit_buttons(turn, name), *_last_buttons(turn, name, "adm:list:1")], 2
    )


def _topic_rows(turn: Turn, row: Topic) -> Rows:
    name = ref(row)
    back = f"adm:topics:{ref(row.category)}.1"
    first = [
        turn.button("admin-edit-days", f"adm:days:{name}"),
        turn.button(
            "admin-no-place" if row.needs_place else "admin-want-place", f"adm:place:{name}"
        ),
    ]
    return in_rows([*first, *_edit_buttons(turn, name), *_last_buttons(turn, name, back)], 2)


def _edit_buttons(turn: Turn, name: str) -> list[Button]:
    return [
        turn.button("admin-edit-title", f"adm:title:{name}"),
        turn.button("admin-edit-emoji", f"adm:emoji:{name}"),
        turn.button("admin-edit-department", f"adm:department:{name}"),
        turn.button("admin-edit-keywords", f"adm:keywords:{name}"),
        turn.button("admin-up", f"adm:up:{name}"),
        turn.button("admin-down", f"adm:down:{name}"),
    ]


def _last_buttons(turn: Turn, name: str, back: str) -> list[Button]:
    return [turn.button("admin-more", f"adm:more:{name}"), turn.button("admin-to-list", back)]


def more(turn: Turn, node: Node) -> list[Reply]:
    """The page of an admin's rarer actions."""
    name = ref(node)
    buttons = [turn.button("admin-show" if node.hidden else "admin-hide", f"adm:hide:{name}")]
    if isinstance(node, Topic):
        fast = "admin-not-fast" if node.fast_track else "admin-fast"
        buttons.append(turn.button(fast, f"adm:fast:{name}"))
        buttons.append(turn.button("admin-move-to", f"adm:moveto:{name}"))
    elif node.staff_chat_id:
        buttons.append(turn.button("admin-unbind", f"adm:unbind:{name}"))
    else:
        buttons.append(turn.button("admin-bind", f"adm:bind:{name}"))
    buttons.append(turn.button("admin-remove", f"adm:remove:{name}", tone="bad"))
    buttons.append(turn.button("admin-back", f"adm:page:{name}"))
    return [turn.reply(turn.texts("admin-more-of", title=title(node)), in_rows(buttons, 1))]


def gone(turn: Turn) -> list[Reply]:
    """An old button: what it was about is not there any more."""
    return home(turn, turn.texts("admin-gone"))


def _reply(turn: Turn, text: str, rows: Rows, lead: Sequence[str]) -> Reply:
    return turn.reply("\n\n".join(part for part in (*lead, text) if part), rows)
