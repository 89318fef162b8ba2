"""A resident's private chat: filing, own appeals, consent."""
