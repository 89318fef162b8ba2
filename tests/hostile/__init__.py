"""Files that strangers make to stop a program; by what they are taken for. See tests/hostile/corpus.py."""
