"""What one request makes of an HTTP API in many: quick create, ImportApi and ReimportApi.

After "CreateApi" ("quick create"), "ImportApi" and "ReimportApi" of the API Gateway V2 API
reference. All that is made is made by the engine's own operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.edge.http_api_control.descriptions import DescribedApi
from localtender.edge.http_api_control.kept_members import KeptMembers
from localtender.edge.protocol.messages import Caller
from localtender.engines.client import EngineClient

_FUNCTION: Final = "arn:aws:lambda:"
_MANAGED: Final = {"apiGatewayManaged": True}
# What an import replaces, with the parameters by which each is deleted.
_REPLACED: Final = (
    ("GetRoutes", "DeleteRoute", "RouteId"),
    ("GetIntegrations", "DeleteIntegration", "IntegrationId"),
    ("GetAuthorizers", "DeleteAuthorizer", "AuthorizerId"),
)


class MadeApis:
    """Makes integrations, routes, stages and authorizers of an API that is there."""

    def __init__(self, client: EngineClient, kept: KeptMembers) -> None:
        self._client = client
        self._kept = kept

    async def import_new(self, caller: Caller, described: DescribedApi) -> str:
        """Make the API that a definition describes; returns its id."""
        answer = await self.ask(caller, "CreateApi", ProtocolType="HTTP", **described.api)
        await self._fill(caller, answer["ApiId"], described)
        return str(answer["ApiId"])

    async def import_again(self, caller: Caller, api_id: str, described: DescribedApi) -> None:
        """Put what a definition describes in the place of what the API has."""
        await self.ask(caller, "UpdateApi", ApiId=api_id, **described.api)
        if "CorsConfiguration" not in described.api:
            await self.ask(caller, "DeleteCorsConfiguration", ApiId=api_id)
        for listing, deletion, parameter in _REPLACED:
            for item in (await self.ask(caller, listing, ApiId=api_id)).get("Items", []):
                key = {parameter: item[parameter]}
                await self.ask(caller, deletion, ApiId=api_id, **key)
        await self._fill(caller, api_id, described)

    async def quick(self, caller: Caller, api_id: str, parameters: Mapping[str, Any]) -> None:
        """Give a new API a target, the route to it and a stage that deploys by itself."""
        target = parameters["Target"]
        integration: dict[str, Any] = {"IntegrationUri": target, "ConnectionType": "INTERNET"}
        if target.startswith(_FUNCTION):
            integration |= {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0"}
        else:
            integration |= {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "ANY",
                "PayloadFormatVersion": "1.0",
            }
        if parameters.get("CredentialsArn"):
            integration["CredentialsArn"] = parameters["CredentialsArn"]
        made = await self._integration(caller, api_id, integration)
        route = await self.ask(
            caller,
            "CreateRoute",
            ApiId=api_id,
            RouteKey=parameters.get("RouteKey") or "$default",
            Target=f"integrations/{made}",
        )
        await self.ask(caller, "CreateStage", ApiId=api_id, StageName="$default", AutoDeploy=True)
        for path in (f"integrations/{made}", f"routes/{route['RouteId']}", "stages/$default"):
            self._kept.add(caller, f"v2/apis/{api_id}/{path}", _MANAGED)

    async def ask(self, caller: Caller, operation: str, **parameters: Any) -> dict[str, Any]:
        """Have the engine do something; raises EngineCallError."""
        return await self._client.call(
            "apigatewayv2",
            operation,
            parameters,
            account_id=caller.account_id,
            region=caller.region,
        )

    async def _fill(self, caller: Caller, api_id: str, described: DescribedApi) -> None:
        authorizers: dict[str, tuple[str, str]] = {}
        for name, members in described.authorizers.items():
            answer = await self.ask(caller, "CreateAuthorizer", ApiId=api_id, **members)
            kind = "JWT" if members["AuthorizerType"] == "JWT" else "CUSTOM"
            authorizers[name] = answer["AuthorizerId"], kind
        for route in described.routes:
            members = {"RouteKey": route.key}
            if route.integration is not None:
                made = await self._integration(caller, api_id, route.integration)
                members["Target"] = f"integrations/{made}"
            if route.operation_name:
                members["OperationName"] = route.operation_name
            if route.authorizer is not None:
                identifier, kind = authorizers[route.authorizer]
                members |= {"AuthorizerId": identifier, "AuthorizationType": kind}
            elif route.signed:
                members["AuthorizationType"] = "AWS_IAM"
            scopes = {"AuthorizationScopes": list(route.scopes)} if route.scopes else {}
            await self.ask(caller, "CreateRoute", ApiId=api_id, **members, **scopes)

    async def _integration(self, caller: Caller, api_id: str, members: Mapping[str, Any]) -> str:
        answer = await self.ask(caller, "CreateIntegration", ApiId=api_id, **members)
        identifier = str(answer["IntegrationId"])
        lost = {
            name[0].lower() + name[1:]: value
            for name, value in members.items()
            if name not in answer
        }
        if lost:
            self._kept.add(caller, f"v2/apis/{api_id}/integrations/{identifier}", lost)
        return identifier
