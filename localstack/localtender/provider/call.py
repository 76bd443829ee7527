"""What a resource's methods work with: clients, paths, waiting, for one request of Terraform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, TypeVar

from localtender.provider import diagnostics
from localtender.provider.callers import whole_environment
from localtender.provider.clients import Clients
from localtender.provider.configuration import ProviderConfiguration, account_id_of
from localtender.provider.errors import StoppedError
from localtender.provider.retries import Retry, retrying
from localtender.provider.service_errors import is_unsupported
from localtender.provider.sessions import Session
from localtender.provider.values import Values, without_unknown
from localtender.provider.waiting import duration_seconds, wait_until

DEFAULT_TIMEOUT_SECONDS: Final = 120.0

Found = TypeVar("Found")


class Call:
    """One request of Terraform for one resource or data source.

    Attributes
    ----------
    region
        The region of the resource: its own ``region`` argument, or else the provider's.
    config
        The configuration as written, with write-only arguments; empty when Terraform gives none.
    """

    def __init__(
        self,
        session: Session,
        configuration: ProviderConfiguration,
        clients: Clients,
        service: str,
        *,
        region: str | None = None,
        config: Values | None = None,
        timeouts: Values | None = None,
    ) -> None:
        self._session = session
        self._clients = clients
        self.service = service
        self._timeouts = timeouts or {}
        self.configuration = configuration
        self.region = region or configuration.region
        self.config = config or {}
        self.identity: Values | None = None
        self.warnings: list[tuple[str, str]] = []

    def client(self, service: str | None = None, *, region: str | None = None) -> Any:
        """Return the boto3 client of the resource's service, or of another one.

        Parameters
        ----------
        region
            Another region than the resource's own.
        """
        name = service or self.service
        return self._clients.get(
            name,
            region or self.region,
            self.configuration.endpoint(name),
            self.configuration.credentials,
        )

    def pages(
        self, operation: str, member: str, *, service: str | None = None, **parameters: Any
    ) -> list[Any]:
        """Return the items of all pages that a list operation answers.

        Parameters
        ----------
        operation
            The name of the boto3 method, as in ``"list_role_policies"``.
        member
            The member of the answer that holds the items.
        """
        client = self.client(service)
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**parameters)[member])
        pages = client.get_paginator(operation).paginate(**parameters)
        return [item for page in pages for item in page[member]]

    def persisting(self, retries: Sequence[Retry]) -> AbstractContextManager[None]:
        """Make requests again, meanwhile, that are refused in a way that passes by itself."""
        return retrying(retries, self._session.stopping)

    @property
    def account_id(self) -> str:
        """The account that the credentials belong to, asked once from STS."""
        if self._session.account_id is None:
            identity = self.client("sts").get_caller_identity()
            self._session.account_id = identity.get("Account") or account_id_of(
                self.configuration.credentials
            )
        return self._session.account_id

    @property
    def partition(self) -> str:
        """The partition of the region, as in ``arn:PARTITION:...``."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def path(self, name: str) -> Path:
        """Return the file that a configured path names, seen from where Terraform runs."""
        return self._session.caller.path(name)

    def caller_environment(self) -> dict[str, str]:
        """Return the whole environment of the Terraform that asks."""
        return whole_environment(self._session.caller)

    @property
    def interrupted(self) -> bool:
        """Whether Terraform was interrupted or has gone."""
        return self._session.stopping.is_set()

    def created(self, identity: Values) -> None:
        """Record what identifies the new object, before anything else can fail."""
        self.identity = {**(self.identity or {}), **identity}

    def warn(self, summary: str, detail: str = "") -> None:
        """Show a warning beside the result; the same one is shown once."""
        if (summary, detail) not in self.warnings:
            self.warnings.append((summary, detail))

    def optional(self, request: Callable[..., Any], **parameters: Any) -> Any:
        """Make a secondary request; None, with a warning, where the engine does not have it."""
        try:
            return request(**parameters)
        except Exception as failure:
            if not is_unsupported(failure):
                raise
            operation = getattr(failure, "operation_name", "an operation")
            self.warn(
                f"{operation} is not available here",
                f"The service behind {self.configuration.endpoint(self.service)} does not have "
                f"{operation}; what it would tell keeps the value it had.",
            )
            return None

    def wait(
        self,
        probe: Callable[[], Found | None],
        *,
        awaited: str,
        operation: str = "create",
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> Found:
        """Ask until the probe returns something; see :func:`.waiting.wait_until`.

        Parameters
        ----------
        operation
            Which of the resource's ``timeouts`` goes before ``timeout`` (seconds).
        """
        configured = self._timeouts.get(operation)
        limit = duration_seconds(configured) if configured else timeout
        return wait_until(probe, awaited=awaited, timeout=limit, stopping=self._session.stopping)

    def pause(self, seconds: float) -> None:
        """Let time pass.

        Raises
        ------
        StoppedError
            When Terraform is interrupted meanwhile.
        """
        if self._session.stopping.wait(seconds):
            raise StoppedError(f"interrupted during a pause of {seconds:g} s")

    def failure(self, doing: str, type_name: str, values: Values | None, failure: Exception) -> Any:
        """Return the diagnostic of a failure, which names the object that it concerns.

        Parameters
        ----------
        doing
            What was tried, as in ``"creating"``.
        values
            What is known about the object.
        """
        known = without_unknown(values or {})
        # aws_lambda_function has function_name, aws_cloudwatch_metric_alarm has alarm_name.
        own_name = f"{type_name.rpartition('_')[2]}_name"
        label = known.get("name") or known.get(own_name) or known.get("id")
        what = f"{doing} {type_name}" + (f' "{label}"' if label else "")
        return diagnostics.from_exception(what, failure, self.configuration.endpoint(self.service))

    def warning_diagnostics(self) -> list[Any]:
        """Return the warnings as diagnostics."""
        return [diagnostics.warning(summary, detail) for summary, detail in self.warnings]
