"""What an import finds wrong.

After "Errors and warnings from importing your API into API Gateway" of the developer guide: an
error discards the whole import, a warning does where `failOnWarnings` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.protocol.errors import ServiceError


class UnreadableDefinitionError(ServiceError):
    """A part of the definition in a form that ends the import at once."""

    def __init__(self, message: str) -> None:
        super().__init__("BadRequestException", message, 400)


@dataclass
class Findings:
    """The errors and warnings of one import."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def during(self, task: str) -> Iterator[None]:
        """Note a refusal as an error of what was being done, and go on with the import.

        A quota that is reached ends the import at once, as reported for AWS in boto/boto3#1296, and
        so does what makes the definition unreadable.
        """
        try:
            yield
        except ServiceError as error:
            is_final = isinstance(error, UnreadableDefinitionError)
            if is_final or error.code == "LimitExceededException":
                raise
            self.errors.append(f"{task}: {error.message}")

    def check(self, *, fail_on_warnings: bool) -> None:
        """Raise BadRequestException where the import may not stand."""
        if self.errors:
            lines = ["Errors found during import:", *self.errors]
            text = "\n\t".join(lines)
            if self.warnings:
                warned = "\n\t".join(("Additionally, these warnings were found:", *self.warnings))
                text = f"{text}\n{warned}"
            raise bad_request(text)
        if fail_on_warnings and self.warnings:
            raise bad_request("\n\t".join(("Warnings found during import:", *self.warnings)))
