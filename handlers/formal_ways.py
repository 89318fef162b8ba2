"""The ways to the town that need no bot."""

from handlers.turn import Turn


def formal_ways(turn: Turn) -> str:
    """Where to file an appeal under 59-ФЗ."""
    address = turn.settings.postal_address
    lines = [turn.texts("formal-link", url=turn.settings.formal_url)]
    if address:
        lines.append(turn.texts("formal-post", address=address))
    return "\n".join(lines)
