"""The command line: ``python -m bot``, or ``mcu-bot``, and its commands."""
