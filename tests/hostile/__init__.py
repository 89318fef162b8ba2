"""Files that strangers make to stop a program; by what they are taken for. See tests/hostile_files.py."""
