"""Residents who arrive: new to us, by the code of a link, or handed over by another channel."""
