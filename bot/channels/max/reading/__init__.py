"""MAX's updates turned into events: pure."""
