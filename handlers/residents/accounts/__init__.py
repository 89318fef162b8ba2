"""The accounts of a resident: joined by a code, parted again, and which of them is the home."""
