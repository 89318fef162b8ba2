"""Category trees between transactions, and whose they are."""

from sqlalchemy.orm import Session

from storage.tables import Municipality
from storage.town import municipalities
from storage.town.tree import Tree, load_tree


class TreeCache:
    """A category tree for each municipality, read again only when its version has changed."""

    def __init__(self) -> None:
        self._trees: dict[int, Tree] = {}

    def forget(self) -> None:
        """Read all of them again next time."""
        self._trees.clear()

    def of(self, session: Session, municipality: Municipality) -> Tree:
        """Return the tree at the municipality's version."""
        tree = self._trees.get(municipality.id)
        if tree is None or tree.version != municipality.tree_version:
            tree = self._trees[municipality.id] = load_tree(session, municipality)
        return tree


def municipality_of(session: Session) -> Municipality:
    """Return the installation's one municipality; the start makes it."""
    municipality = municipalities.the_one(session)
    if municipality is None:
        raise LookupError("no municipality: the start makes one")
    return municipality
