"""Everything that is kept: tables, and narrow queries over them."""
