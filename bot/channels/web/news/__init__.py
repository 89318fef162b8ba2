"""News of residents whose page is closed: their browsers are woken, and ask what it is."""
