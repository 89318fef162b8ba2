"""Watch the program for its operator and end it if it is sick: logs, metrics, space, watchdogs."""
