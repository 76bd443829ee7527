"""What a probe works with: clients of one endpoint, and functions and APIs of the row's own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.conformance.endpoint import Endpoint
from tests.integration.conformance.handlers import AUTHORIZER, OBEDIENT
from tests.rest_api_workshop import DeployedRestApi, RestApiWorkshop

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


@dataclass
class Laboratory(RestApiWorkshop):
    """A workshop of one row: what it makes goes away with the row, what it shares stays."""

    stack: Endpoint

    def client(self, service: str) -> Any:
        """A boto3 client of the row's account and region."""
        return self.stack.client(service, self.account_id, self.region)

    @property
    def role(self) -> str:
        """The ARN of a role that services may assume and that is allowed everything."""
        return self.stack.role(self.account_id, self.region)

    def name(self) -> str:
        """A name that nobody else uses."""
        return f"c-{uuid.uuid4().hex[:12]}"

    def undo(self, action: Callable[[], object]) -> None:
        """Do this when the row has been observed."""
        self._undo.callback(action)

    def other_account(self) -> Laboratory:
        """A laboratory in an account of the row's own, where nothing was set up before."""
        account_id = f"{random.randrange(10**11, 10**12)}"
        return self._undo.enter_context(Laboratory(self.stack, account_id, self.region))

    def obedient(self) -> dict[str, Any]:
        """An AWS_PROXY integration with a shared function that does what the body says."""
        return self.stack.keep(
            ("obedient", self.account_id, self.region), lambda: self.shared.proxy_of(OBEDIENT)
        )

    def obedient_api(self) -> DeployedRestApi:
        """A shared API whose every path and method reaches the obedient function."""

        def make() -> DeployedRestApi:
            integration = self.obedient()
            return self.shared.rest_api({"ANY /": integration, "ANY /{path+}": integration})

        return self.stack.keep(("obedient API", self.account_id, self.region), make)

    def guarded_api(self, kind: str, **authorizer: Any) -> DeployedRestApi:
        """A new API whose `GET /` an authorizer guards: the shared function, or as it is told."""
        api = self.rest_api({})
        if kind != "COGNITO_USER_POOLS":
            authorizer = {"authorizerUri": self.authorizing_function()["uri"], **authorizer}
        made = self.gateway.create_authorizer(
            restApiId=api.id, name="guard", type=kind, **authorizer
        )
        api.method(
            "GET /",
            self.obedient(),
            authorizationType="COGNITO_USER_POOLS" if "POOLS" in kind else "CUSTOM",
            authorizerId=made["id"],
        )
        api.deploy()
        return api

    def authorizing_function(self) -> dict[str, Any]:
        """The integration of a shared authorizer function that decides as the token says."""
        return self.stack.keep(
            ("authorizer", self.account_id, self.region), lambda: self.shared.proxy_of(AUTHORIZER)
        )

    def mock_api(self, **api: Any) -> DeployedRestApi:
        """A new API whose `GET /` and `POST /` answer 200 by a MOCK integration."""
        made = self.rest_api({}, **api)
        for verb in ("GET", "POST"):
            made.method(f"{verb} /", MOCK)
            self.answers(made, f"{verb} /", "200")
        made.deploy()
        return made

    def answers(
        self,
        api: DeployedRestApi,
        route: str,
        status: str,
        headers: dict[str, str] | None = None,
        **integration_response: Any,
    ) -> None:
        """Give a method a response of this status; header values are mapping expressions."""
        verb, _, path = route.partition(" ")
        place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": verb}
        names = {f"method.response.header.{name}": value for name, value in (headers or {}).items()}
        self.gateway.put_method_response(
            **place, statusCode=status, responseParameters=dict.fromkeys(names, False)
        )
        self.gateway.put_integration_response(
            **place, statusCode=status, responseParameters=names, **integration_response
        )

    @property
    def shared(self) -> Laboratory:
        """A laboratory whose functions and APIs stay for other rows."""
        return self.stack.keep(
            ("laboratory", self.account_id, self.region),
            lambda: Laboratory(self.stack, self.account_id, self.region),
        )
