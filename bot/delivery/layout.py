"""Fit a Reply into a chat's limits: rows, numbered lists, cut labels, parts. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Literal

from bot.delivery.hidden_signs import without_hidden_signs
from bot.protocol import Attachment, Grid, Limits, Part
from config.lengths import cut, head, units
from config.signs import is_visible
from handlers.wording.quoting import QUOTED
from storage.messages import Button, Reply, Rows


def fit(reply: Reply, limits: Limits, attachments: Sequence[Attachment] = ()) -> list[Part]:
    """The pieces to send, in order; the one with the buttons last.

    A text that fits goes with its files: a group takes few messages a minute.
    """
    about = reply.appeal is not None
    pieces = [replace(part, about=about) for part in _pieces(reply, limits, attachments)]
    if pieces and (reply.call or reply.alarm):
        pieces[-1] = replace(pieces[-1], call=reply.call, alarm=reply.alarm)
    return pieces


def _pieces(reply: Reply, limits: Limits, attachments: Sequence[Attachment]) -> list[Part]:
    rows, keyboard, listed = arrange(reply.rows, limits)
    text = "\n\n".join(part for part in (without_hidden_signs(reply.text), listed) if part)
    if reply.card:
        text = cut(text, limits.text)
    albums = _albums(attachments, limits.album)
    fits_caption = units(text) <= limits.caption
    buttons_fit = limits.album_buttons or len(attachments) == 1
    if albums and fits_caption and not rows:
        first, *rest = albums
        return [Part(text, attachments=first), *(Part(attachments=album) for album in rest)]
    if len(albums) == 1 and fits_caption and buttons_fit:
        return [Part(text, rows, keyboard, albums[0])]
    files_first = [Part(attachments=album) for album in albums]
    if not text and not rows:
        return files_first
    *begin, end = split(text, limits.text) or [""]
    return [
        *files_first,
        *(Part(chunk) for chunk in begin),
        Part(end, rows, keyboard, fill=reply.fill),
    ]


def _albums(attachments: Sequence[Attachment], most: int) -> list[tuple[Attachment, ...]]:
    """Pictures and videos together, documents apart, at most ``most`` in one."""
    ordered = sorted(attachments, key=lambda a: a.kind == "document")
    albums = []
    for _, group in groupby(ordered, key=lambda a: a.kind == "document"):
        same = tuple(group)
        albums += [same[i : i + most] for i in range(0, len(same), most)]
    return albums


def _labelled(button: Button, most: int) -> Button:
    label = cut(without_hidden_signs(button.label), most)
    return button if label == button.label else replace(button, label=label)


def arrange(rows: Rows, limits: Limits) -> tuple[Rows, Literal["inline", "keyboard"], str]:
    """Rows as the channel takes them, their place, and the options that became a numbered list."""
    shown = tuple(tuple(_labelled(button, limits.label) for button in row) for row in rows if row)
    has_location = any(b.kind == "location" for row in shown for b in row)
    if has_location and not limits.location:
        shown = _without_locations(shown)
    in_keyboard = has_location and limits.location == "keyboard"
    if not in_keyboard and (packed := _pack(shown, limits.inline)) is not None:
        return packed, "inline", ""
    if limits.keyboard and (packed := _pack(shown, limits.keyboard)) is not None:
        return packed, "keyboard", ""
    options = [b for row in rows for b in row if b.number]
    listed = "\n".join(f"{b.number}. {without_hidden_signs(b.label)}" for b in options)
    rest = tuple(tuple(b for b in row if not b.number) for row in shown)
    packed = _pack(tuple(row for row in rest if row), limits.inline)
    return packed or (), "inline", listed


def _without_locations(rows: Rows) -> Rows:
    kept = (tuple(b for b in row if b.kind != "location") for row in rows)
    return tuple(row for row in kept if row)


def _pack(rows: Rows, grid: Grid) -> Rows | None:
    """The rows in the grid: as they are, else single options side by side; None: no way."""
    narrow = [chunk for row in rows for chunk in _chunks(row, grid.columns)]
    if sum(len(row) for row in narrow) > grid.buttons:
        return None
    for columns in range(1, grid.columns + 1):
        packed = _side_by_side(narrow, columns)
        if len(packed) <= grid.rows:
            return tuple(packed)
    return None


def _chunks(row: Sequence[Button], size: int) -> list[tuple[Button, ...]]:
    return [tuple(row[i : i + size]) for i in range(0, len(row), size)]


def _side_by_side(rows: Sequence[tuple[Button, ...]], columns: int) -> list[tuple[Button, ...]]:
    """Put rows of options together, ``columns`` in one; other rows stay."""
    if columns == 1:
        return list(rows)
    packed: list[tuple[Button, ...]] = []
    for is_option, group in groupby(rows, key=lambda row: all(b.number for b in row)):
        if is_option:
            packed += _chunks([b for row in group for b in row], columns)
        else:
            packed += group
    return packed


def split(text: str, most: int) -> list[str]:
    """Chunks of at most ``most`` units, broken at a paragraph, else at a line, else at a space.

    White space around a chunk goes: messengers take no message of nothing else.
    """
    chunks = []
    rest = text.strip()
    while units(rest) > most:
        chunk = head(rest, most)
        breaks = (chunk.rfind(mark, len(chunk) // 2) for mark in ("\n\n", "\n", " "))
        chunk = chunk[: next((at for at in breaks if at > 0), len(chunk))]
        chunks.append(chunk.rstrip())
        rest = _further(chunk, rest[len(chunk) :])
    return [chunk for chunk in (*chunks, rest) if is_visible(chunk)]


def _further(chunk: str, rest: str) -> str:
    """What comes after: within a line of a person's words it is marked again."""
    is_quoted = chunk.rpartition("\n")[2].startswith(QUOTED) and not rest.startswith("\n")
    return f"{QUOTED if is_quoted else ''}{rest.lstrip()}"
