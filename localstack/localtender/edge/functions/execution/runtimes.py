"""Which interpreter and which runtime directory execute a Lambda runtime."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.interpreters import (
    SUPPORTED_RUNTIMES,
    environment_variable,
    find_interpreter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuntimeInstallation:
    """An interpreter with awslambdaric and boto3 for it.

    `name` is the runtime it really is, which differs from the one asked for where that one is
    not installed.
    """

    name: str
    interpreter: Path
    directory: Path


class Runtimes:
    """Finds installations once and remembers them."""

    def __init__(self, interpreters: Mapping[str, Path], directories: Mapping[str, Path]) -> None:
        self._interpreters = dict(interpreters)
        self._directories = dict(directories)
        self._found: dict[str, RuntimeInstallation] = {}

    def installation(self, runtime: str) -> RuntimeInstallation:
        """The installation that runs a runtime.

        Another Python version stands in where the right one is missing, with a warning in the
        log. Raises ServiceError (InvalidRuntimeException) where nothing can.
        """
        found = self._found.get(runtime)
        if found is None:
            found = self._found[runtime] = self._find(runtime)
        return found

    def substitutes(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a runtime asked for and the other one that ran it, for the status."""
        return tuple(
            (asked, found.name) for asked, found in self._found.items() if asked != found.name
        )

    def _find(self, runtime: str) -> RuntimeInstallation:
        if runtime not in SUPPORTED_RUNTIMES:
            raise errors.invalid_runtime(
                f"Localtender runs {', '.join(SUPPORTED_RUNTIMES)}; {runtime} is not among them."
            )
        exact = self._installed(runtime)
        if exact is not None:
            return exact
        for other in (name for name in reversed(SUPPORTED_RUNTIMES) if name != runtime):
            substitute = self._installed(other)
            if substitute is not None:
                _log.warning(
                    "NO %s INTERPRETER FOUND: functions of this runtime run on %s (%s) instead and "
                    "may behave differently. Install it, or set %s to its path.",
                    runtime,
                    other,
                    substitute.interpreter,
                    environment_variable(runtime),
                )
                return substitute
        raise errors.invalid_runtime(
            f"No interpreter with Lambda's runtime client was found for {runtime}: install it, or "
            f"set {environment_variable(runtime)} to its path, and start again."
        )

    def _installed(self, runtime: str) -> RuntimeInstallation | None:
        directory = self._directories.get(runtime)
        if directory is None:
            return None
        interpreter = self._interpreters.get(runtime) or find_interpreter(runtime)
        if interpreter is None:
            return None
        # The interpreter's path must be absolute: the process starts in the code's directory.
        return RuntimeInstallation(runtime, interpreter.absolute(), directory.resolve())
