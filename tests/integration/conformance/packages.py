"""Functions made from a package, as CreateFunction takes it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from tests.integration.conformance.laboratory import Laboratory

ECHO = "def handler(event, context): return event"


def archive(code: str = ECHO) -> bytes:
    """A function's package with `app.py`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as files:
        files.writestr("app.py", code)
    return buffer.getvalue()


def created(lab: Laboratory, **changes: Any) -> dict[str, Any]:
    """CreateFunction's answer, and the function goes away with the row."""
    parameters = {
        "FunctionName": lab.name(),
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": lab.role,
        "Code": {"ZipFile": archive()},
        **changes,
    }
    made: dict[str, Any] = lab.functions.create_function(**parameters)
    lab.undo(lambda: lab.functions.delete_function(FunctionName=made["FunctionName"]))
    return made
