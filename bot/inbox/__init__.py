"""The one transaction of everything that comes in, and who is let in before it."""
