"""Payloads of VK's buttons: what a pressed one means, whatever an application put around it."""

import json
from collections.abc import Mapping
from typing import Any

PAYLOAD = 255
NOT_SUPPORTED = "not_supported_button"
NESTED = 10  # payloads in payloads, and the texts of JSON that they come as
LONGEST_PAYLOAD = 4_000  # with what is put around it and escaped


def read_payload(payload: Any) -> tuple[str, str]:
    """Return what a payload means: a command as text, and a press; one or both are empty.

    Anybody may forge a payload, so this never raises. A text button's payload comes as a string of
    JSON, a callback button's as JSON itself. VK's own button "Start" sends ``{"command":"start"}``.
    """
    payload = _within(payload)
    if not isinstance(payload, Mapping):
        return "", ""
    if payload.get("command") == "start":
        return "/start", ""
    press = payload.get("p")
    return "", press if isinstance(press, str) and len(press) <= PAYLOAD else ""


def _within(payload: Any) -> Any:
    """The payload itself, out of what an application without callback buttons puts around it.

    It sends ``{"command":"not_supported_button","payload":"…"}`` as a message, one around the other
    if it is pressed again (github.com/negezor/vk-io/issues/358, November 2026).
    """
    for _ in range(NESTED):
        if isinstance(payload, str):
            try:
                payload = json.loads(payload[:LONGEST_PAYLOAD])
            except (ValueError, RecursionError):
                return None
        elif isinstance(payload, Mapping) and payload.get("command") == NOT_SUPPORTED:
            payload = payload.get("payload")
        else:
            break
    return payload
