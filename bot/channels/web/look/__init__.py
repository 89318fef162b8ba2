"""The look of the site: its files made ready, its templates, and the words that a page is given."""
