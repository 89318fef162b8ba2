"""Work that no event begins: reminders, rounds of staff chats, cleaning, erasing."""
