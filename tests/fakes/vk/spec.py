"""Checks requests against VK's own schema, where ``shared/specs/vk`` stands beside the repository."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.paths import ROOT

SPECS = ROOT.parent / "shared" / "specs" / "vk"
# Parameters of every call, and what vk-api sends along with them.
COMMON = {"access_token", "v", "lang", "test_mode", "captcha_sid", "captcha_key"}
NOT_LISTED = {"execute": {"code"}}  # the schema gives execute no parameters
JSON_PARAMETERS = {"keyboard", "forward"}
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": (bool, int),
}
# The schema does not list a colour that is valid, and asks of inline keyboards what VK does not.
KNOWN_MISTAKES = ("'secondary' is none of", "keyboard.one_time is missing")


def violations(method: str, parameters: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a call; nothing where the schema is not there."""
    if not SPECS.is_dir():
        return
    described = _methods().get(method)
    if described is None:
        yield f"{method} is not a method"
        return
    known = {parameter["name"]: parameter for parameter in described.get("parameters", ())}
    for name, value in parameters.items():
        if name in known:
            yield from (f"{method}: {wrong}" for wrong in _wrong(name, value, known[name]))
        elif name not in COMMON | NOT_LISTED.get(method, set()):
            yield f"{method}: {name} is not a parameter"
    for name, parameter in known.items():
        if parameter.get("required") is True and name not in parameters:
            yield f"{method}: {name} is missing"


def _wrong(name: str, value: str, parameter: Mapping[str, Any]) -> Iterator[str]:
    """VK takes JSON as a string, lists by commas and booleans as 0 and 1."""
    if parameter.get("type") == "array":
        items = value.split(",")
        if len(items) > parameter.get("maxItems", len(items)):
            yield f"{name} has too many items"
        for item in items:
            yield from _wrong(name, item, parameter.get("items", {}))
    elif name in JSON_PARAMETERS and "$ref" in parameter:
        for wrong in _mismatches(json.loads(value), parameter, name):
            if not any(mistake in wrong for mistake in KNOWN_MISTAKES):
                yield wrong
    else:
        yield from _wrong_scalar(name, value, parameter)


def _wrong_scalar(name: str, value: str, parameter: Mapping[str, Any]) -> Iterator[str]:
    kind = parameter.get("type", [])
    kinds = [kind] if isinstance(kind, str) else kind
    if kinds and not any(_is(value, one) for one in kinds):
        yield f"{name} is not {kind}: {value!r}"
    elif kind == "integer" and int(value) < parameter.get("minimum", int(value)):
        yield f"{name} is below {parameter['minimum']}: {value}"
    elif kind == "string" and len(value) > parameter.get("maxLength", len(value)):
        yield f"{name} is too long"
    if "enum" in parameter and value not in map(str, parameter["enum"]):
        yield f"{name} is none of {parameter['enum']}: {value!r}"


def _is(value: str, kind: str) -> bool:
    try:
        if kind == "integer":
            int(value)
        elif kind == "number":
            float(value)
    except ValueError:
        return False
    return kind != "boolean" or value in ("0", "1")


def _mismatches(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    """A small reading of JSON Schema with VK's ``required: true`` inside a property."""
    if "$ref" in schema:
        yield from _mismatches(value, _schema(schema["$ref"]), where)
    elif "discriminator" in schema:
        kind = value.get(schema["discriminator"]["propertyName"])
        mapping = schema["discriminator"]["mapping"]
        if kind in mapping:
            yield from _mismatches(value, _schema(mapping[kind]), where)
        else:
            yield f"{where} is of no known kind: {kind!r}"
    elif (kind := schema.get("type")) and not isinstance(value, KINDS[kind]):
        yield f"{where} is not {kind}"
    else:
        if value not in schema.get("enum", [value]):
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if kind == "array":
            for item in value:
                yield from _mismatches(item, schema["items"], f"{where}[]")
        if "properties" in schema:
            yield from _wrong_properties(value, schema["properties"], where)


def _wrong_properties(
    value: Mapping[str, Any], properties: Mapping[str, Any], where: str
) -> Iterator[str]:
    for name in value:
        if name in properties:
            yield from _mismatches(value[name], properties[name], f"{where}.{name}")
        else:
            yield f"{where}.{name} is not known"
    for name, schema in properties.items():
        if schema.get("required") is True and name not in value:
            yield f"{where}.{name} is missing"


@cache
def _methods() -> dict[str, Any]:
    return {
        method["name"]: method
        for path in SPECS.glob("*-methods.json")
        for method in json.loads(path.read_text(encoding="utf-8"))["methods"]
    }


@cache
def _file(name: str) -> dict[str, Any]:
    text = (SPECS / name).read_text(encoding="utf-8")
    definitions: dict[str, Any] = json.loads(text)["definitions"]
    return definitions


def _schema(reference: str) -> Mapping[str, Any]:
    """A definition by ``../messages/objects.json#/definitions/name``."""
    path, _, name = reference.partition("#/definitions/")
    folder, file = path.split("/")[-2:]
    schema: Mapping[str, Any] = _file(f"{folder}-{file}")[name]
    return schema
