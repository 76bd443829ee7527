"""What can go wrong while a stack is brought up or used.

```
HarnessError
├── PortTakenError
├── StartError
├── StackNotRunningError
├── StackBusyError
├── TerraformMissingError
├── DeploymentError
├── FunctionRuntimeError
├── PackageError            in package.py, with what can go wrong there
├── DemoUserError
├── WebhookRegistrationError
├── LogsError
├── FaultsError
└── BenchError
```
Every message says what to do next; the command line prints it and nothing else.
"""

from __future__ import annotations


class HarnessError(Exception):
    """Base of all failures that a user can act upon."""


class PortTakenError(HarnessError):
    """Another process listens on a port that the stack needs."""


class StartError(HarnessError):
    """A process of the stack did not become healthy."""


class StackNotRunningError(HarnessError):
    """A command needs a running stack and there is none."""


class StackBusyError(HarnessError):
    """Another command is changing the stack."""


class TerraformMissingError(HarnessError):
    """No Terraform or OpenTofu of a usable version was found."""


class DeploymentError(HarnessError):
    """Terraform failed; the message carries its diagnostics."""


class FunctionRuntimeError(HarnessError):
    """The packages of a Lambda runtime could not be installed."""


class DemoUserError(HarnessError):
    """The demo user could not be made or did not get a token."""


class WebhookRegistrationError(HarnessError):
    """A sandbox did not take the address of the deployed API, or AWS not what belongs to it."""


class LogsError(HarnessError):
    """A log is not there or can't be read."""


class BenchError(HarnessError):
    """A measurement could not be made."""


class FaultsError(HarnessError):
    """A fault rule can't be used, or there is none of that name."""
