"""Posters with QR codes: drawn in a child process, as a picture and as a page of paper."""
