"""The ways on for a resident: the menu, what was begun, what is known unasked, an appeal under 59-ФЗ."""
