"""The contract of provider functions: ``provider::aws::arn_parse(...)`` in a configuration."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from localtender.provider.errors import ProviderError
from localtender.provider.sessions import Caller
from localtender.provider.values import CtyType, Value


class FunctionArgumentError(ProviderError):
    """An argument cannot be used.

    Parameters
    ----------
    position
        Which one, counted from 0.
    """

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function."""

    name: str
    type: CtyType = "string"


class Function(ABC):
    """One provider function. Terraform calls it with known values that are not null."""

    name: ClassVar[str]
    summary: ClassVar[str]
    parameters: ClassVar[Sequence[Parameter]]
    returns: ClassVar[CtyType] = "string"

    @abstractmethod
    def call(self, caller: Caller, *arguments: Any) -> Value:
        """Return the result.

        Raises
        ------
        FunctionArgumentError
            When an argument cannot be used.
        """
