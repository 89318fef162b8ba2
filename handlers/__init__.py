"""Everything that the bot says and does, without a messenger and without the network."""
