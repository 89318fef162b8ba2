"""Everything that an installation sets: settings, texts, the default categories."""
