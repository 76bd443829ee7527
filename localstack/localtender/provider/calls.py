"""Beginning a call: the session's configuration and what the resource's own arguments add."""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.clients import Clients
from localtender.provider.errors import OperationError
from localtender.provider.sessions import Session
from localtender.provider.values import UNKNOWN, Values, without_unknown


class Calls:
    """Begins calls, which share their clients."""

    def __init__(self) -> None:
        self._clients = Clients()

    def begin(
        self, session: Session, service: str, values: Values, *, config: Values | None = None
    ) -> Call:
        """Return the call for one request of Terraform.

        Parameters
        ----------
        values
            The resource's values; their ``region`` and ``timeouts`` count.
        config
            The configuration as written.

        Raises
        ------
        OperationError
            When Terraform has not configured the provider on this connection.
        """
        if session.configuration is None:
            raise OperationError(f"Terraform has not configured the {session.provider} provider")
        region, timeouts = values.get("region"), values.get("timeouts")
        return Call(
            session,
            session.configuration,
            self._clients,
            service,
            region=None if region is UNKNOWN else region,
            config=without_unknown(config),
            timeouts=None if timeouts is UNKNOWN else without_unknown(timeouts),
        )
