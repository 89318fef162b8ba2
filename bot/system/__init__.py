"""Bound what this process takes of the machine: memory that glibc keeps, descriptors."""
