"""What services answer, made safe to take apart: a part that is missing is named."""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.errors import UnusableAnswerError

_LONGEST_TEXT: Final = 400


class Answer(dict[str, Any]):
    """An object in an answer; asking it for a member that it lacks names operation and member."""

    def __init__(self, members: dict[str, Any], operation: str, within: str = "") -> None:
        super().__init__(
            (name, _named(value, operation, f"{within}{name}")) for name, value in members.items()
        )
        self._operation = operation
        self._within = within

    def __missing__(self, name: str) -> Any:
        raise UnusableAnswerError(
            f"{self._operation} answered without {self._within}{name}. The service that answers is "
            "not complete, or not AWS's; `localtender logs` shows what it said."
        )


def _named(value: Any, operation: str, path: str) -> Any:
    if isinstance(value, dict):
        return Answer(value, operation, f"{path}.")
    if isinstance(value, list):
        return [_named(item, operation, path) for item in value]
    return value


def unreadable(operation: str, endpoint_url: str, failure: Exception) -> UnusableAnswerError:
    """Return the failure of an operation whose answer is not of AWS's form."""
    text = " ".join(str(failure).split())
    shown = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
    return UnusableAnswerError(
        f"{endpoint_url} answered {operation} with something that is not AWS's ({shown}). "
        "Perhaps another program has the port: see `localtender status`, or correct "
        "AWS_ENDPOINT_URL."
    )
