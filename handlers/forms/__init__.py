"""The engine of all dialogues: an ordered list of questions whose only state is the answers."""
