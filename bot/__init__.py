"""The running program: adapters, delivery, jobs, command line."""
