"""VK's ``execute`` as far as the bot writes programs: ``return [API.method({...}),...];``."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.vk.methods import ApiError

MOST_CALLS = 25
MOST_CODE = 65_535
CALL = re.compile(r"API\.(\w+\.\w+)\(")

Carry = Callable[[str, dict[str, str]], Awaitable[Any]]


def program(code: str) -> list[tuple[str, dict[str, str]]]:
    """The calls of a program: methods and parameters. Raises Refused as VK's compiler does."""
    if len(code) > MOST_CODE:
        raise ApiError(8, "Invalid request: too long")
    inside = re.fullmatch(r"return \[(.*)\];", code, re.DOTALL)
    if not inside:
        raise ApiError(12, "Unable to compile code")
    calls: list[tuple[str, dict[str, str]]] = []
    rest = inside[1]
    while rest:
        call = CALL.match(rest)
        if not call:
            raise ApiError(12, f"Unable to compile code: unexpected {rest[:10]!r}")
        try:
            parameters, end = json.JSONDecoder().raw_decode(rest, call.end())
        except ValueError:
            raise ApiError(12, "Unable to compile code: bad string") from None
        if rest[end : end + 1] != ")":
            raise ApiError(12, "Unable to compile code: ) expected")
        calls.append((call[1], {name: str(value) for name, value in parameters.items()}))
        rest = rest[end + 1 :].removeprefix(",")
    if len(calls) > MOST_CALLS:
        raise ApiError(13, "Runtime error occurred during code invocation: Too many API calls")
    return calls


async def execute(code: str, carry: Carry) -> dict[str, Any]:
    """The whole answer: ``false`` stands for what failed, with its error beside in the same order."""
    responses: list[Any] = []
    errors: list[dict[str, Any]] = []
    for method, parameters in program(code):
        try:
            responses.append(await carry(method, parameters))
        except ApiError as refused:
            responses.append(False)
            told = {"error_code": refused.code, "error_msg": str(refused)}
            errors.append({"method": method} | told)
    return {"response": responses} | ({"execute_errors": errors} if errors else {})
