"""What an installation sets: settings, texts, the default categories."""
