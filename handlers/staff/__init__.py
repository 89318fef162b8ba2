"""The staff chat: cards, lists, bans."""
