"""What stands on the screen of a chat: buttons that may be said, and the places of keyboards."""
