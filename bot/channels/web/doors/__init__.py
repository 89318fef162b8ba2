"""Who gets into the web chat, and how much one may bring: limits, sessions, newcomers."""
