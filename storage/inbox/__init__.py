"""Events that came in: seen before, or parked because they could not be handled."""
