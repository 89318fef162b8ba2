"""Offer the admins the keywords that a new version of the program has brought."""

from config.categories.new_words import new_words
from config.lengths import cut
from handlers.admin.pages import Node, changed, gone, home, title
from handlers.showing import Page, in_rows, whole_number
from handlers.turn import Turn
from storage.messages import Button, Reply
from storage.tables import Category
from storage.town.new_words import Lacking, lacking, take

PAGE = 6  # categories, so that VK takes them with the other buttons
LABEL = 30  # characters of a title on a button


def show(turn: Turn, argument: str = "1") -> list[Reply]:
    """The offer: all words at once, or those of a category."""
    found = _lacking(turn)
    if not found:
        return home(turn, turn.texts("new-words-none"))
    page = Page.of(len(found), PAGE, whole_number(argument))
    rows: list[tuple[Button, ...]] = [
        (turn.button("new-words-all", "adm:words:all", tone="good", count=_count(found)),)
    ]
    rows += [(_button(turn, one),) for _, one in page.numbered(found)]
    last = [*page.next_one(turn, "adm:words:"), turn.button("new-words-never", "adm:words:never")]
    rows += in_rows([*last, turn.button("admin-to-home", "adm:home:")], 2)
    return [turn.reply(turn.texts("new-words-about", count=_count(found)), tuple(rows))]


def press(turn: Turn, argument: str) -> list[Reply]:
    """Take all, take none and be asked no more, or show another page."""
    if argument == "all":
        return _take(turn, _lacking(turn), settled=True)
    if argument == "never":
        turn.municipality.words_settled = new_words().version
        return home(turn, turn.texts("new-words-left"))
    return show(turn, argument)


def take_of(turn: Turn, node: Node) -> list[Reply]:
    """Take the words of one category and its topics."""
    if not isinstance(node, Category):
        return gone(turn)
    return _take(turn, [one for one in _lacking(turn) if one.category.id == node.id])


def _take(turn: Turn, found: list[Lacking], *, settled: bool = False) -> list[Reply]:
    if not found:
        return home(turn, turn.texts("new-words-none"))
    count = _count(found)
    take(found)
    if settled := settled or not _lacking(turn):
        turn.municipality.words_settled = new_words().version
    farewells = changed(turn)
    told = turn.texts("new-words-taken", count=count)
    shown = home(turn, told) if settled else _and_the_rest(turn, told)
    return [*shown, *farewells]


def _and_the_rest(turn: Turn, told: str) -> list[Reply]:
    return [turn.reply(told), *show(turn)]


def _lacking(turn: Turn) -> list[Lacking]:
    return lacking(turn.session, turn.municipality, new_words())


def _count(found: list[Lacking]) -> int:
    return sum(one.count for one in found)


def _button(turn: Turn, one: Lacking) -> Button:
    label = turn.texts("new-words-of", title=cut(title(one.category), LABEL), count=one.count)
    return Button(label, f"adm:wordsof:c{one.category.id}")
