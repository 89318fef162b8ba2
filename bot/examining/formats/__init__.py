"""The formats a child process looks through: what each may hold and what is taken out."""
