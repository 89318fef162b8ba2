"""The screen of a chat: buttons that stand there and may be said, and the places of keyboards."""
