"""Hypothesis strategies from the messengers' own specifications: everything an update may look like."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.fakes.max.spec import MaxSpec
from tests.fakes.telegram.spec import SPEC
from tests.fakes.vk.spec import SPECS

DEEPEST = -4
DEPTH = 3  # below that only what is required
TEXTS = st.one_of(
    st.sampled_from(
        ["", "/start", "/new@mcu_test_bot", "яма", "\u202eтут", "a\x00b", "👩‍👩‍👧", "é" * 50]
    ),
    st.text(max_size=20),
)
IDS = st.integers(1, 2**52)
TIMES = st.integers(0, 2**31 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
Shape = st.SearchStrategy[Any]


# Telegram: "types" of the machine-readable Bot API


@cache
def _telegram() -> Mapping[str, Any]:
    types: Mapping[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))["types"]
    return types


@cache
def telegram(kind: str, depth: int = DEPTH) -> Shape:
    """Values of a type of the Bot API."""
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return st.lists(_later(inner, depth - 1), min_size=1, max_size=2)
    plain = {
        "Integer": IDS,
        "Float": st.floats(-90, 90),
        "String": TEXTS,
        "Boolean": st.booleans(),
        "True": st.just(value=True),
    }
    if kind in plain:
        return plain[kind]
    if depth < DEEPEST:
        return st.nothing()  # types that hold themselves: another alternative is taken
    described = _telegram()[kind]
    if subtypes := described.get("subtypes"):
        return st.one_of([telegram(one, depth) for one in subtypes])
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    for field in described.get("fields", []):
        if field["required"]:
            required[field["name"]] = _telegram_field(field, depth)
        elif depth > 0:
            optional[field["name"]] = _telegram_field(field, depth)
    return _some(required, optional)


def _later(kind: str, depth: int) -> Shape:
    """Types hold each other: looked up when a value is drawn."""
    return st.deferred(lambda: telegram(kind, depth))


def _telegram_field(field: Mapping[str, Any], depth: int) -> Shape:
    said = re.findall(r"[\"“](\w+)[\"”]", field["description"])
    if (
        said
        and field["types"] == ["String"]
        and re.search("can be|always|must be", field["description"], re.IGNORECASE)
    ):
        return st.sampled_from(said)
    if "date" in field["name"] and field["types"] == ["Integer"]:
        return TIMES
    return st.one_of([_later(kind, depth - 1) for kind in field["types"]])


def _some(required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    """All that is required, and a few of the rest: all at once never come."""
    if not optional:
        return st.fixed_dictionaries(dict(required))
    chosen = st.lists(st.sampled_from(sorted(optional)), max_size=4, unique=True)
    return chosen.flatmap(
        lambda names: st.fixed_dictionaries(
            {**required, **{name: optional[name] for name in names}}
        )
    )


# VK: JSON Schema with "required" inside a property


@cache
def _vk_file(name: str) -> Mapping[str, Any] | None:
    path = SPECS / name
    if not path.is_file():
        return None
    definitions: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["definitions"]
    return definitions


@cache
def vk(reference: str, depth: int = DEPTH) -> Shape:
    """Values of a definition by ``../messages/objects.json#/definitions/name``."""
    path, _, name = reference.partition("#/definitions/")
    folder, file = path.split("/")[-2:]
    definitions = _vk_file(f"{folder}-{file}")
    if definitions is None or name not in definitions:
        return JSON  # not among the files that we have
    return _vk(definitions[name], depth)


def _vk(schema: Mapping[str, Any], depth: int) -> Shape:
    if "$ref" in schema:
        return st.deferred(lambda: vk(schema["$ref"], depth - 1)) if depth > -2 else st.just({})
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for alternatives in ("oneOf", "anyOf"):
        if alternatives in schema:
            return st.one_of([_vk(one, depth) for one in schema[alternatives]])
    kinds: Mapping[str, Callable[[], Shape]] = {
        "string": lambda: TEXTS,
        "integer": lambda: IDS,
        "number": lambda: st.floats(-90, 90),
        "boolean": st.booleans,
        "array": lambda: st.lists(_vk(schema.get("items", {}), depth - 1), max_size=2),
    }
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return st.one_of([_vk({**schema, "type": one}, depth) for one in kind])
    return kinds[kind]() if kind in kinds else _vk_object(schema, depth)


def _vk_object(schema: Mapping[str, Any], depth: int) -> Shape:
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    for name, inner in _properties(schema).items():
        if inner.get("required") is True:
            required[name] = _vk_property(name, inner, depth)
        elif depth > 0:
            optional[name] = _vk_property(name, inner, depth)
    return _some(required, optional)


def _vk_property(name: str, schema: Mapping[str, Any], depth: int) -> Shape:
    return TIMES if name in ("date", "update_time") else _vk(schema, depth - 1)


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        if "$ref" in part:
            path, _, name = part["$ref"].partition("#/definitions/")
            folder, file = path.split("/")[-2:]
            part = (_vk_file(f"{folder}-{file}") or {}).get(name, {})  # noqa: PLW2901
        found |= _properties(part)
    return found


# MAX: OpenAPI, whose unions choose by a discriminator


@cache
def _max_spec() -> MaxSpec:
    spec = MaxSpec.load()
    assert spec
    return spec


@cache
def max_schema(name: str, depth: int = DEPTH) -> Shape:
    """Values of a schema of the bot API."""
    return _max(_max_spec().flat({"$ref": name}), depth)


def _max_part(schema: Mapping[str, Any], depth: int) -> Shape:
    if "$ref" in schema:
        return st.deferred(lambda: max_schema(schema["$ref"], depth))
    return _max(_max_spec().flat(schema), depth)


def _max(flat: Mapping[str, Any], depth: int) -> Shape:
    shape = _max_union(flat, depth) if "discriminator" in flat else _max_plain(flat, depth)
    return st.none() | shape if flat.get("nullable") else shape


def _max_union(flat: Mapping[str, Any], depth: int) -> Shape:
    name, mapping = flat["discriminator"]["propertyName"], flat["discriminator"]["mapping"]
    kinds = [
        st.tuples(st.just({name: kind}), max_schema(reference, depth))
        for kind, reference in mapping.items()
    ]
    return st.one_of(kinds).map(lambda pair: pair[1] | pair[0])


def _max_plain(flat: Mapping[str, Any], depth: int) -> Shape:
    if "enum" in flat:
        return st.sampled_from(flat["enum"])
    kinds: Mapping[str, Callable[[], Shape]] = {
        "string": lambda: TEXTS,
        "integer": lambda: st.integers(-(2**63), 2**63 - 1),
        "number": lambda: st.floats(-90, 90),
        "boolean": st.booleans,
        "array": lambda: st.lists(_max_part(flat["items"], depth - 1), max_size=2),
    }
    if flat.get("type") in kinds:
        return kinds[flat["type"]]()
    required = set(flat.get("required", ()))
    known = {
        name: _max_part(inner, depth - 1)
        for name, inner in flat.get("properties", {}).items()
        if name in required or depth > 0
    }
    return _some(
        {name: shape for name, shape in known.items() if name in required},
        {name: shape for name, shape in known.items() if name not in required},
    )


# What no specification has


def broken(whole: Shape) -> Shape:
    """The same with one thing in it replaced by something else, or gone."""
    return st.tuples(whole, st.integers(0, 10**6), JSON, st.booleans()).map(_break)


def _break(parts: tuple[Any, int, Any, bool]) -> Any:
    whole, seed, other, gone = parts
    places = list(_places(whole))
    if not places:
        return other
    holder, key = places[seed % len(places)]
    if gone and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = other
    return whole


def _places(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return [(value, key) for key in value] + [p for v in value.values() for p in _places(v)]
    if isinstance(value, list):
        return [(value, n) for n in range(len(value))] + [p for v in value for p in _places(v)]
    return []
