"""Several processes on one PostgreSQL: duties with one owner, and notices between them."""
