"""Files of the web chat: uploaded, kept, and shown small or whole."""
