"""The town: its municipality, category tree, staff chats, and who is in them."""
