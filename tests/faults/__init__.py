"""What may break around the bot, broken: nothing lost, nothing doubled, everything in order."""
