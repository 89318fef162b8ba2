"""The ways on for a resident: the menu, what was begun or is known unasked, limits, an appeal under 59-ФЗ."""
