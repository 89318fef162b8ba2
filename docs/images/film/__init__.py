"""Film the walks of docs/pleasure.md: the real bot of this checkout, a browser, pictures.

Run from the repository's folder after ``make lint``: .venv/bin/python -m docs.images.film [WALK...]

Lay the folder into an older checkout, and ``BEFORE=1`` names its pictures "before". A walk reads what is
asked and answers that, so the same steps serve both. Chromium needs a font with emoji, as
fonts-noto-color-emoji of Debian; else they are empty boxes.
"""
