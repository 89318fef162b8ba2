"""Errors of the system in words: «нет прав» and not "Permission denied"."""

import errno

from config.texts import Texts


def in_words(error: OSError) -> str:
    """The reason without a full stop; of a rare error the system's own word."""
    texts = Texts.load()
    key = f"system-{_name(error)}"
    return texts(key) if key in texts else error.strerror or str(error) or type(error).__name__


def _name(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "ETIMEDOUT"
    if (error.errno or 0) < 0:  # numbers of getaddrinfo
        return "address"
    return errno.errorcode.get(error.errno or 0, "")
