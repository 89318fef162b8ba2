"""Figures that anyone can take again: ``make bench``."""
