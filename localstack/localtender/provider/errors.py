"""Everything the provider can fail with, in one tree.

::

    ProviderError
    ├── SchemaError             the committed schema and a declaration disagree
    ├── ValueShapeError         a value does not fit its Terraform type
    ├── RefusedEndpointError    an endpoint that is not on this machine
    ├── InvalidArgumentError    an argument's value cannot be used; names the argument
    ├── OperationError          the service answered, and the answer is no use
    │   ├── UnusableAnswerError  an answer that is not whole, or not AWS's
    │   └── WaitTimeoutError    a state that did not come in time
    ├── StoppedError            Terraform was interrupted
    └── SocketInUseError        another provider answers on the socket
"""

from __future__ import annotations


class ProviderError(Exception):
    """The root of the provider's own failures; its text is fit for the user."""


class SchemaError(ProviderError):
    """A declaration names something that the provider's schema does not have."""


class ValueShapeError(ProviderError):
    """A value does not fit the type that the schema gives for it."""


class RefusedEndpointError(ProviderError):
    """An endpoint that is not a loopback address; the provider never leaves the machine."""


class InvalidArgumentError(ProviderError):
    """The value of one argument cannot be used.

    Parameters
    ----------
    argument
        The argument's dotted path, as in ``"ttl.attribute_name"``.
    """

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(message)
        self.argument = argument


class OperationError(ProviderError):
    """The service answered, and what it said makes it impossible to go on."""


class UnusableAnswerError(OperationError):
    """An answer lacks what AWS always says, or is not of AWS's form at all."""


class WaitTimeoutError(OperationError):
    """A state that was waited for did not come in time."""


class StoppedError(ProviderError):
    """Terraform asked the provider to stop while an operation was under way."""


class SocketInUseError(ProviderError):
    """Another process already serves the socket."""
