"""The engine of all dialogues: forms, drafts of messages, attachments."""
