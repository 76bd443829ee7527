"""The data source ``external``: a program that is given a query and answers with a JSON object."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from localtender.provider.call import Call
from localtender.provider.errors import InvalidArgumentError, OperationError, StoppedError
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import (
    KEEPERS,
    UtilityDataSource,
    computed,
    optional,
    required,
)
from localtender.provider.values import Values

_LOOK_SECONDS: Final = 0.1


class External(UtilityDataSource):
    """``external``: runs where Terraform does, in Terraform's environment."""

    type_name = "external"
    schema = Block(
        {
            "id": computed(),
            "program": required(["list", "string"]),
            "query": optional(KEEPERS),
            "result": computed(KEEPERS),
            "working_dir": optional(),
        }
    )

    def read(self, call: Call, config: Values) -> Values:
        """Run the program."""
        program = [argument for argument in config["program"] if argument]
        if not program:
            raise InvalidArgumentError("program", "names no program")
        query = {key: value for key, value in (config["query"] or {}).items() if value is not None}
        folder = call.path(config["working_dir"] or ".")
        output = _run(call, program, json.dumps(query), folder)
        try:
            result = json.loads(output)
        except ValueError as failure:
            raise OperationError(f"{program[0]} did not print JSON: {failure}") from failure
        if not isinstance(result, dict) or not all(isinstance(v, str) for v in result.values()):
            raise OperationError(
                f"{program[0]} must print a JSON object whose values are all strings"
            )
        return {"id": "-", "result": result}


def _run(call: Call, program: list[str], query: str, folder: Path) -> bytes:
    """Return what the program prints.

    Raises
    ------
    OperationError
        When it is not found or fails; with what it wrote to standard error.
    StoppedError
        When Terraform is interrupted; the program is killed then.
    """
    environment = call.caller_environment()
    if "/" not in program[0] and not shutil.which(program[0], path=environment.get("PATH", "")):
        raise OperationError(f"there is no program {program[0]} on Terraform's PATH")
    try:
        process = _started(program, folder, environment)
    except OSError as failure:
        raise OperationError(f"cannot run {program[0]} in {folder}: {failure.strerror}") from (
            failure
        )
    with process:
        output, complaint = _answer(call, process, query.encode())
    if process.returncode != 0:
        said = complaint.decode(errors="replace").strip() or "nothing on standard error"
        raise OperationError(f"{program[0]} ended with {process.returncode} and said: {said}")
    return output


def _started(
    program: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A group of its own, so that what it starts can be ended with it.
        start_new_session=True,
    )


def _answer(call: Call, process: subprocess.Popen[bytes], query: bytes) -> tuple[bytes, bytes]:
    remaining: bytes | None = query
    while True:
        try:
            return process.communicate(remaining, timeout=_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            remaining = None
            if call.interrupted:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise StoppedError("interrupted while the program ran") from None
