"""The first payment as shell commands, printed when a stack is up."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from localtender.harness.loopback_proxy import curl_options
from localtender.harness.stack_status import StackStatus

_CUSTOMER = {"customer_id": "c-1", "email": "ada@example.com"}


def command_name() -> str:
    """How this shell, in this folder, calls `localtender`, quoted."""
    own = Path(sys.executable).parent / "localtender"
    if shutil.which("localtender") == str(own):
        return "localtender"
    folder = Path.cwd()
    return shlex.quote(str(own.relative_to(folder) if own.is_relative_to(folder) else own))


def first_payment(current: StackStatus, command: str) -> str:
    """Shell commands that create a customer and pay it; they work when pasted."""
    curl = f"curl -s {curl_options(os.environ)}-w '\\n'"
    headers = (
        f'-H "Authorization: $({command} token)" -H "x-api-key: {current.api_key}" '
        '-H "Content-Type: application/json"'
    )
    payment = json.dumps({**_CUSTOMER, "amount": 12.34, "currency": "USD"})
    return (
        f"{curl} {current.api_url}/v1/api/customer {headers} -d '{json.dumps(_CUSTOMER)}' && \\\n"
        f"{curl} {current.api_url}/v1/api/payments {headers} -d '{payment}'"
    )
