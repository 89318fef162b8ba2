"""A QR code of a link, as the path of a drawing."""

from itertools import groupby

import segno

BORDER = 4  # modules of white around it: ISO 18004 asks for four


def qr_code(link: str) -> tuple[int, str]:
    """Return the side of the code of ``link`` in modules, and the SVG path of its dark ones."""
    rows = list(segno.make_qr(link, error="m").matrix_iter(border=BORDER))
    path = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return len(rows), "".join(path)
