"""Read a place from a pin or from words."""

from typing import Any

from config.signs import letters
from storage.messages import Place

# The country's bounding box in degrees, with the part beyond the 180th meridian (Chukotka).
SOUTH, NORTH, WEST, EAST, FAR_EAST = 41.0, 82.0, 19.0, 180.0, -168.0
LONGEST_ADDRESS = 500


def read_place(given: Place | str | None) -> tuple[str, dict[str, Any]]:
    """The key of the text that tells what is wrong (empty: nothing), and the place as an answer."""
    if given is None:
        return "place-empty", {}
    place = Place(text=given.strip()) if isinstance(given, str) else given
    answer = {"lat": place.lat, "lon": place.lon, "text": place.text}
    if place.lat is not None and place.lon is not None:
        return ("" if _in_russia(place.lat, place.lon) else "place-outside"), answer
    if not place.text and isinstance(given, Place):  # a pin whose figures are none
        return "place-outside", answer
    if letters(place.text) < 3:
        return "place-empty", answer
    if len(place.text) > LONGEST_ADDRESS:
        return "place-too-long", answer
    return "", answer


def _in_russia(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and (WEST <= lon <= EAST or -180.0 <= lon <= FAR_EAST)


def map_link(lat: float, lon: float) -> str:
    """A page that shows the point on a map."""
    return f"https://yandex.ru/maps/?pt={lon:.6f},{lat:.6f}&z=17&l=map"
