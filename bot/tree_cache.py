"""The category tree between transactions, and whose it is."""

from sqlalchemy.orm import Session

from storage.tables import Municipality
from storage.town import municipalities
from storage.town.tree import Tree, load_tree


class Trees:
    """The category tree, read again only when its version has changed."""

    def __init__(self) -> None:
        self._tree: Tree | None = None

    def forget(self) -> None:
        """Read it again next time."""
        self._tree = None

    def of(self, session: Session, municipality: Municipality) -> Tree:
        """The tree at the municipality's version."""
        if self._tree is None or self._tree.version != municipality.tree_version:
            self._tree = load_tree(session, municipality)
        return self._tree


def the_municipality(session: Session) -> Municipality:
    """The installation's one; the start makes it."""
    municipality = municipalities.the_one(session)
    if municipality is None:
        raise LookupError("no municipality: the start makes one")
    return municipality
