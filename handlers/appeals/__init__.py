"""An appeal and its life, whoever touches it: states, clocks, card, reminders."""
