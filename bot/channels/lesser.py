"""Simpler forms of a message that a messenger refuses: a bad file or button does not cost the text."""

from dataclasses import replace

from bot.protocol import Part


def lesser(piece: Part) -> list[Part]:
    """Return the pieces to try after a messenger refused ``piece``; empty if nothing is left to try.

    Ids are replaced by uploads, an album by single files, a photo or video by a document, a file by
    its caption, and buttons by a text without them. So a bad file or button does not cost the text.
    """
    files = piece.attachments
    if any(file.ref and file.key for file in files):
        uploads = tuple(replace(file, ref="") if file.key else file for file in files)
        return [replace(piece, attachments=uploads)]
    text = [replace(piece, attachments=())] if piece.text else []
    if len(files) > 1:
        return [*text, *(Part(attachments=(file,)) for file in files)]
    if files and files[0].kind != "document" and files[0].key:
        return [replace(piece, attachments=(replace(files[0], kind="document"),))]
    if files:
        return text
    return [replace(piece, rows=())] if piece.rows else []
