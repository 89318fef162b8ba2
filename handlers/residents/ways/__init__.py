"""The ways on for a resident: the menu, what was begun, an appeal under 59-ФЗ."""
