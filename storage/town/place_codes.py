"""Codes of places on posters: made, found, listed, switched on and off."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.messages import Place
from storage.tables import Municipality, PlaceCode

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none is taken for another when it is typed from paper
LENGTH = 6  # near nine hundred million: a typing mistake finds no other place


def make(
    session: Session,
    municipality: Municipality,
    place: Place,
    topic_id: int | None,
    made_by: str,
    now: datetime,
) -> PlaceCode:
    """Keep a place under a new code."""
    code = _new_code()
    while session.get(PlaceCode, code):
        code = _new_code()
    row = PlaceCode(
        code=code,
        municipality_id=municipality.id,
        words=place.text,
        lat=place.lat,
        lon=place.lon,
        topic_id=topic_id,
        active=True,
        made_by=made_by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def find(session: Session, municipality: Municipality, code: str) -> PlaceCode | None:
    """The place of a code, be it active or not."""
    row = session.get(PlaceCode, code) if len(code) == LENGTH else None
    return row if row and row.municipality_id == municipality.id else None


def listed(session: Session, municipality: Municipality) -> Sequence[PlaceCode]:
    """All places, the newest first; those that are switched off come last."""
    return session.scalars(
        select(PlaceCode)
        .where(PlaceCode.municipality_id == municipality.id)
        .order_by(PlaceCode.active.desc(), PlaceCode.made_at.desc(), PlaceCode.code)
    ).all()
