"""The web chat: a channel whose pages this program serves itself."""
