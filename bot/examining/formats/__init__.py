"""The formats a child process looks through: the content each may have and the parts taken out."""
