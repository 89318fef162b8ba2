"""Stories of a town: random steps, played on the program and on the model of its lifecycle."""
