"""What is kept: tables and narrow queries over them."""
