"""Residents, bans, and what people are in the middle of."""
