"""Stories of a town: random steps, run on the program and on the model of its lifecycle."""
