"""Observations put into words that a row can be compared by."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TypeVar

import requests
from botocore.exceptions import ClientError

_T = TypeVar("_T")


class NotOfferedError(Exception):
    """What a row tries is not there on this endpoint at all; the text is the observation."""


def said(answer: requests.Response) -> str:
    """An HTTP answer: its status and body, JSON in one spelling."""
    return f"{answer.status_code} {body_of(answer.text)}"


def body_of(text: str) -> str:
    """A body in one spelling; long ones by their size."""
    if not text:
        return "(empty)"
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return text if len(text) <= 300 else f"({len(text)} characters)"


def outcome(call: Callable[[], object]) -> str:
    """An API operation's error, as status, code and message, or `accepted`."""
    try:
        call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        told = error.response["Error"]
        return f"{status} {told['Code']}: {told['Message']}"
    return "accepted"


def awaited(
    look: Callable[[], _T], until: Callable[[_T], object] = bool, *, seconds: float = 20.0
) -> _T:
    """What is there once it satisfies, or at the end of the time: the probe says which."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if until(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.05)
