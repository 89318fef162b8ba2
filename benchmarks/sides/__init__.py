"""Bots, databases and messengers that are measured, or measured against."""
