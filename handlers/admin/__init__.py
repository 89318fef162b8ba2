"""Admins shape the town in the chat: categories, topics, staff chats, newcomers."""
