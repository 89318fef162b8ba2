"""Make glibc keep little memory that is free."""

import ctypes
import sys

MEGABYTE = 1024 * 1024
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # of <malloc.h>: they never change


def be_thrifty() -> None:
    """Keep one heap, and return large blocks once they are free. Call it before threads start.

    By itself glibc has a heap of 64 MB for each thread. After the first file of 20 MB it keeps up
    to double its size at the end of each heap: the bot grew by 26 MB at once and stayed so.
    """
    if change := _of_glibc("mallopt"):
        change(M_ARENA_MAX, 1)
        change(M_MMAP_THRESHOLD, MEGABYTE)


def give_back() -> None:
    """Return free memory between blocks in use to the system."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


def _of_glibc(name: str) -> "ctypes._NamedFuncPointer | None":
    """None where the C library is another."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)
