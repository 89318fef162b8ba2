"""One-time codes of the web chat: twelve digits, of which only a hash is kept."""

import hashlib
import secrets
from datetime import timedelta

CODE_LIFE = timedelta(minutes=15)
DIGITS = 12  # ten live codes and three hundred thousand guesses in their time: 3 in a million
SAME_USE_WITHIN = timedelta(minutes=1)  # a button pressed twice is one use, in the same browser


def new_code() -> str:
    """Return a code that nobody can foresee."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digits_of(given: str) -> str:
    """Return the digits of what a person typed: codes are read out and written in groups."""
    return "".join(sign for sign in given if sign in "0123456789")


def hash_of(secret: str) -> str:
    """Return the hash that is kept of a code, or of a browser that used one."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
