"""Checks what goes to and from MAX against its specification, if that stands beside the repository."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.paths import ROOT

SPEC = ROOT.parent / "shared" / "specs" / "max-bot-api.json"
PATH_PARAMETER = re.compile(r"\{\w+\}")
RANGES = {"int32": 2**31, "int64": 2**63}
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


@dataclass(frozen=True)
class Operation:
    """A call of the API: ``POST /messages``."""

    name: str
    pattern: re.Pattern[str]
    described: Mapping[str, Any]


class MaxSpec:
    """Tells what is wrong with requests, answers and updates, in words; nothing if nothing is."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = described["components"]["schemas"]
        self._flats: dict[str, dict[str, Any]] = {}
        self._responses: Mapping[str, Any] = described["components"]["responses"]
        self._operations = [
            Operation(
                f"{method.upper()} {path}",
                re.compile(f"{method.upper()} {PATH_PARAMETER.sub('([^/]+)', path)}"),
                operation,
            )
            for path, operations in described["paths"].items()
            for method, operation in operations.items()
        ]

    @classmethod
    def load(cls, path: Path = SPEC) -> Self | None:
        """Nothing if the specification is not there: the suite passes without it."""
        return cls(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def request(
        self, method: str, path: str, query: Mapping[str, str], body: Any = None
    ) -> list[str]:
        """The mistakes of a request; ``body`` is its JSON, or None."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} is not a call"]
        found = [*_in_query(self, operation, query)]
        content = operation.described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None:
            found += self._wrong(body, schema, operation.name)
        elif body is not None:
            found.append(f"{operation.name} has a body")
        return found

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """The mistakes of an answer; a status that is not described has none."""
        operation = self._operation(method, path)
        response = operation.described["responses"].get(str(status)) if operation else None
        if response is None:
            return []
        if "$ref" in response:
            response = self._responses[response["$ref"].rpartition("/")[2]]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return [*self._wrong(body, schema, f"{method} {path} {status}")] if schema else []

    def wrong(self, name: str, value: Any) -> list[str]:
        """The mistakes of a value under the schema of that name."""
        return [*self._wrong(value, self._schemas[name], name)]

    def _operation(self, method: str, path: str) -> Operation | None:
        # ``/members/me`` is described before ``/members/{userId}`` would be.
        fitting = (one for one in self._operations if one.pattern.fullmatch(f"{method} {path}"))
        return next(fitting, None)

    def _wrong(self, value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
        flat = self.flat(schema)
        if value is None:
            if not flat.get("nullable"):
                yield f"{where} is null"
            return
        if chosen := flat.get("discriminator"):
            kind = value.get(chosen["propertyName"]) if isinstance(value, dict) else None
            if kind not in chosen["mapping"]:
                yield f"{where} is of no known kind: {kind!r}"
                return
            flat = self.flat({"$ref": chosen["mapping"][kind]})
        yield from self._in_one(value, flat, where)

    def _in_one(self, value: Any, flat: Mapping[str, Any], where: str) -> Iterator[str]:
        kind = flat.get("type") or ("object" if "properties" in flat else "")
        if kind and not _is(value, kind):
            yield f"{where} is not {kind}"
        elif value not in flat.get("enum", [value]):
            yield f"{where} is none of {flat['enum']}"
        elif kind == "object":
            yield from self._in_object(value, flat, where)
        elif kind == "array":
            yield from self._in_array(value, flat, where)
        elif kind == "string":
            yield from _in_text(value, flat, where)
        elif kind in {"integer", "number"}:
            yield from _in_number(value, flat, where)

    def _in_object(
        self, value: Mapping[str, Any], flat: Mapping[str, Any], where: str
    ) -> Iterator[str]:
        known: Mapping[str, Any] = flat.get("properties", {})
        others = flat.get("additionalProperties")
        for name, inner in value.items():
            if name in known or others:
                yield from self._wrong(inner, known.get(name, others), f"{where}.{name}")
            else:
                yield f"{where}.{name} is not known"
        missing = (name for name in flat.get("required", ()) if name not in value)
        yield from (f"{where}.{name} is missing" for name in missing)

    def _in_array(self, value: list[Any], flat: Mapping[str, Any], where: str) -> Iterator[str]:
        if not flat.get("minItems", 0) <= len(value) <= flat.get("maxItems", len(value)):
            yield f"{where} has {len(value)} items"
        written = [json.dumps(item, sort_keys=True) for item in value]
        if flat.get("uniqueItems") and len(set(written)) < len(written):
            yield f"{where} has an item twice"
        for number, item in enumerate(value):
            yield from self._wrong(item, flat["items"], f"{where}[{number}]")

    def flat(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with what it refers to and is all of, in one.

        A part of ``allOf`` that chooses by a discriminator is the parent of this very schema: its
        choice is made.
        """
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self._flats:
                self._flats[name] = self.flat(self._schemas[name])
            return dict(self._flats[name])
        flat: dict[str, Any] = {}
        for part in schema.get("allOf", ()):
            inner = self.flat(part)
            if len(schema["allOf"]) > 1 or "properties" in inner:
                inner.pop("discriminator", None)
            _merge(flat, inner)
        _merge(flat, {name: rule for name, rule in schema.items() if name != "allOf"})
        return flat


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    into |= {
        **more,
        "properties": {**into.get("properties", {}), **more.get("properties", {})},
        "required": [*into.get("required", ()), *more.get("required", ())],
    }
    for name in ("properties", "required"):
        if not into[name]:
            del into[name]


def _in_query(spec: MaxSpec, operation: Operation, query: Mapping[str, str]) -> Iterator[str]:
    """Lists come by commas, booleans as words (style form, not exploded)."""
    described = operation.described.get("parameters", ())
    known = {one["name"]: one for one in described if one["in"] == "query"}
    for name, written in query.items():
        where = f"{operation.name}?{name}"
        if name not in known:
            yield f"{where} is not a parameter"
            continue
        schema = spec.flat(known[name]["schema"])
        try:
            value = _read(written, schema, spec)
        except ValueError:
            yield f"{where} is not {schema['type']}"
        else:
            yield from spec._wrong(value, schema, where)
    for name, one in known.items():
        if one.get("required") and name not in query:
            yield f"{operation.name}?{name} is missing"


def _read(written: str, schema: Mapping[str, Any], spec: MaxSpec) -> Any:
    kind = schema.get("type", "string")
    if kind == "integer":
        return int(written)
    if kind == "boolean":
        return {"true": True, "false": False}.get(written, written)
    if kind == "array":
        item = spec.flat(schema["items"])
        return [_read(part, item, spec) for part in written.split(",")]
    return written


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS[kind])


def _in_text(value: str, flat: Mapping[str, Any], where: str) -> Iterator[str]:
    if not flat.get("minLength", 0) <= len(value) <= flat.get("maxLength", len(value)):
        yield f"{where} has {len(value)} letters"
    if not re.search(flat.get("pattern", ""), value):
        yield f"{where} is not {flat['pattern']}"


def _in_number(value: float, flat: Mapping[str, Any], where: str) -> Iterator[str]:
    limit = RANGES.get(flat.get("format", ""))
    if limit and not -limit <= value < limit:
        yield f"{where} is not {flat['format']}"
    elif not flat.get("minimum", value) <= value <= flat.get("maximum", value):
        yield f"{where} is out of range: {value}"
