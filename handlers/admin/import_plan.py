"""The changes that an import of categories would make, in words."""

from collections.abc import Sequence

from config.lengths import cut
from config.texts import Texts
from storage.town.tree_imports import Plan

MOST_TITLES = 10  # of a kind


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
