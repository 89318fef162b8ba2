"""What an operator sees and what ends a sick process: logs, metrics, space, watchdogs."""
