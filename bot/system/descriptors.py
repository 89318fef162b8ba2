"""How many files and connections this process may hold open at once."""

import resource

WANTED = 65_536  # more than a region needs; a hard limit of millions is no aim
RESERVE = 256  # for the database, messengers, files that are read, and what aiohttp closes late
FEWEST = 16  # of connections, however low the limit
MOST = 4_000  # each costs memory, too: some 10 KB while it is quiet


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one, at most to ``WANTED``; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return limit()


def limit() -> int:
    """How many files may be open now."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED if soft == resource.RLIM_INFINITY else soft


def connections(files: int) -> int:
    """How many connections from outside may be open if ``files`` files may be."""
    reserve = min(RESERVE, files // 2)
    return max(FEWEST, min(files - reserve, MOST))


def pages(files: int) -> int:
    """How many of those connections may be open pages: the rest is for other requests."""
    return connections(files) * 3 // 4
