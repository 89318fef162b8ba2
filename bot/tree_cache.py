"""Keep category trees between transactions, and find the municipality they belong to."""

from sqlalchemy.orm import Session

from storage.tables import Municipality
from storage.town import municipalities
from storage.town.tree import Tree, load_tree


class TreeCache:
    """A category tree for each municipality, read again only when its version has changed."""

    def __init__(self) -> None:
        self._trees: dict[int, Tree] = {}

    def forget(self) -> None:
        """Forget all trees: they are read again next time."""
        self._trees.clear()

    def of(self, session: Session, municipality: Municipality) -> Tree:
        """Return the tree at the present version of ``municipality``."""
        tree = self._trees.get(municipality.id)
        if tree is None or tree.version != municipality.tree_version:
            tree = self._trees[municipality.id] = load_tree(session, municipality)
        return tree


def municipality_of(session: Session) -> Municipality:
    """Return the only municipality, made by the first start. Raises LookupError before it."""
    municipality = municipalities.the_one(session)
    if municipality is None:
        raise LookupError("no municipality: the start makes one")
    return municipality
