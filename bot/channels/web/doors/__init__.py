"""The doors of the web chat: limits on what comes in, sessions, newcomers, uploads."""
