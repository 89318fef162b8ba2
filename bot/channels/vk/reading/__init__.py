"""VK's messages and presses turned into events: pure."""
