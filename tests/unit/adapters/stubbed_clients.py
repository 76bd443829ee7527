"""AWS clients that answer from a script and check each request against the service's model."""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore.stub import Stubber

from adapters.clients import AwsClients


class StubbedClients(AwsClients):
    """Clients that never leave the process."""

    def __init__(self) -> None:
        super().__init__()
        self._session = botocore.session.Session()
        self._session.set_credentials("test", "test")
        self.stubbers: dict[str, Stubber] = {}

    def get(self, service: str) -> Any:
        if service not in self._clients:
            client = self._session.create_client(service, region_name="us-east-1")
            stubber = Stubber(client)
            stubber.activate()
            self._clients[service] = client
            self.stubbers[service] = stubber
        return self._clients[service]

    def expect(
        self, service: str, operation: str, answer: dict[str, Any], request: dict[str, Any]
    ) -> None:
        """Answer the next call, which must be this one."""
        self.get(service)
        self.stubbers[service].add_response(operation, answer, request)

    def fail(self, service: str, operation: str, code: str, **fields: Any) -> None:
        """Fail the next call."""
        self.get(service)
        self.stubbers[service].add_client_error(operation, code, modeled_fields=fields)

    def assert_all_called(self) -> None:
        for stubber in self.stubbers.values():
            stubber.assert_no_pending_responses()
