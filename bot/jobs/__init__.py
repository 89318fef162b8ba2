"""What the scheduler runs: reminders, rounds, cleaning, erasing."""
