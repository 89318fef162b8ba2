"""The web chat's history, sessions, uploads, and limits on who comes."""
