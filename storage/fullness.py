"""Whether a database's disk has no room left."""


def is_full(error: BaseException) -> bool:
    """Whether the database said so: an outage that only an operator ends."""
    said = getattr(error, "orig", None)
    names = (getattr(said, "sqlstate", ""), getattr(said, "sqlite_errorname", ""))
    return "53100" in names or "SQLITE_FULL" in names
