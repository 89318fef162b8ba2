"""Tell films, pictures of telephones and texts by their own signs: boxes, brands, letters."""
