"""Pure functions about words: what people's texts mean, and how ours are put."""
