"""What glibc keeps of memory that is free: as little as it can be told to."""

import ctypes
import sys

MEGABYTE = 1024 * 1024
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # of <malloc.h>: they never change


def be_thrifty() -> None:
    """Keep one heap, and give what is large back as soon as it is free. Call before there are threads.

    By itself glibc has a heap for each thread, of 64 MB, and after the first file of 20 MB it keeps
    up to twice that much at the end of each: the bot grew by 26 MB at a blow and stayed so.
    """
    if change := _of_glibc("mallopt"):
        change(M_ARENA_MAX, 1)
        change(M_MMAP_THRESHOLD, MEGABYTE)


def give_back() -> None:
    """Return to the system what lies free between things in use."""
    if trim := _of_glibc("malloc_trim"):
        trim(0)


def _of_glibc(name: str) -> "ctypes._NamedFuncPointer | None":
    """None where the C library is another."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)
