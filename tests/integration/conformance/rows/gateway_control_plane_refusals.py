"""What API Gateway's own operations refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: control plane, refusals")

Call = Callable[[Any, DeployedRestApi, Laboratory], object]


def _refusal(behaviour: str, aws: str, call: Call) -> None:
    """A row for an operation on a new API that AWS refuses."""

    def probe(lab: Laboratory) -> str:
        api = lab.rest_api({})
        return outcome(lambda: call(lab.gateway, api, lab)).replace(api.id, "API")

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.RECORDED_CONTROL_PLANE)(probe)


def _place(api: DeployedRestApi, path: str = "/", verb: str = "GET") -> dict[str, Any]:
    return {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": verb}


def _integrated(gateway: Any, api: DeployedRestApi, **integration: Any) -> object:
    gateway.put_method(**_place(api), authorizationType="NONE")
    return gateway.put_integration(**_place(api), **integration)


def _deployed(api: DeployedRestApi) -> str:
    api.method("GET /", MOCK)
    return api.deploy()


def _two_keys(gateway: Any, lab: Laboratory) -> None:
    value = lab.name() * 2
    keys = []
    try:
        for _ in range(2):
            keys.append(gateway.create_api_key(name=lab.name(), value=value)["id"])
    finally:
        for key in keys:
            gateway.delete_api_key(apiKey=key)


_refusal(
    "GetRestApi of an API that there is not",
    "404 NotFoundException: Invalid API identifier specified 000000000000:unknown",
    lambda gateway, api, lab: gateway.get_rest_api(restApiId="unknown"),
)
_refusal(
    "CreateResource of a path part that is there",
    "409 ConflictException: Another resource with the same parent already has this name: pets",
    lambda gateway, api, lab: [
        gateway.create_resource(restApiId=api.id, parentId=api.resource("/"), pathPart="pets")
        for _ in range(2)
    ],
)
_refusal(
    "CreateResource below a parent that there is not",
    "404 NotFoundException: Invalid Resource identifier specified",
    lambda gateway, api, lab: gateway.create_resource(
        restApiId=api.id, parentId="unknown", pathPart="pets"
    ),
)
_refusal(
    "CreateResource with a path part that has other characters",
    "400 BadRequestException: Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path "
    "variable and curly braces at the beginning and the end.",
    lambda gateway, api, lab: gateway.create_resource(
        restApiId=api.id, parentId=api.resource("/"), pathPart="a b"
    ),
)
_refusal(
    "DeleteResource of the root",
    "400 BadRequestException: Root resource cannot be deleted.",
    lambda gateway, api, lab: gateway.delete_resource(
        restApiId=api.id, resourceId=api.resource("/")
    ),
)
_refusal(
    "PutMethod of a method that is there",
    "409 ConflictException: Method already exists for this resource",
    lambda gateway, api, lab: [
        gateway.put_method(**_place(api), authorizationType="NONE") for _ in range(2)
    ],
)
_refusal(
    "PutMethod with a custom authorizer and none named",
    "400 BadRequestException: Invalid authorizer ID specified. Setting the authorization type to "
    "CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    lambda gateway, api, lab: gateway.put_method(**_place(api), authorizationType="CUSTOM"),
)
_refusal(
    "GetMethod of a method that there is not",
    "404 NotFoundException: Invalid Method identifier specified",
    lambda gateway, api, lab: gateway.get_method(**_place(api)),
)
_refusal(
    "PutIntegration of a method that there is not",
    "404 NotFoundException: Invalid Method identifier specified",
    lambda gateway, api, lab: gateway.put_integration(**_place(api), **MOCK),
)
_refusal(
    "PutIntegration of type HTTP without a method of the backend's",
    "400 BadRequestException: Enumeration value for HttpMethod must be non-empty",
    lambda gateway, api, lab: _integrated(gateway, api, type="HTTP", uri="http://example.com"),
)
_refusal(
    "PutIntegration of type HTTP with a URI that is none",
    "400 BadRequestException: Invalid HTTP endpoint specified for URI",
    lambda gateway, api, lab: _integrated(
        gateway, api, type="HTTP", integrationHttpMethod="GET", uri="non-valid"
    ),
)
_refusal(
    "PutIntegration of type AWS with a URI that is no ARN",
    "400 BadRequestException: Invalid ARN specified in the request",
    lambda gateway, api, lab: _integrated(
        gateway, api, type="AWS", integrationHttpMethod="POST", uri="non-valid"
    ),
)
_refusal(
    "GetIntegration where there is none",
    "404 NotFoundException: Invalid Integration identifier specified",
    lambda gateway, api, lab: (
        gateway.put_method(**_place(api), authorizationType="NONE"),
        gateway.get_integration(**_place(api)),
    ),
)
_refusal(
    "PutMethodResponse of a status that is there",
    "409 ConflictException: Response already exists for this resource",
    lambda gateway, api, lab: (
        gateway.put_method(**_place(api), authorizationType="NONE"),
        [gateway.put_method_response(**_place(api), statusCode="200") for _ in range(2)],
    ),
)
_refusal(
    "CreateDeployment of an API without methods",
    "400 BadRequestException: The REST API doesn't contain any methods",
    lambda gateway, api, lab: gateway.create_deployment(restApiId=api.id),
)
_refusal(
    "CreateDeployment of a method without integration",
    "400 BadRequestException: No integration defined for method",
    lambda gateway, api, lab: (
        gateway.put_method(**_place(api), authorizationType="NONE"),
        gateway.create_deployment(restApiId=api.id),
    ),
)
_refusal(
    "DeleteDeployment that a stage points to",
    "400 BadRequestException: Active stages pointing to this deployment must be moved or deleted",
    lambda gateway, api, lab: gateway.delete_deployment(
        restApiId=api.id, deploymentId=_deployed(api)
    ),
)
_refusal(
    "CreateStage of a name that is there",
    "409 ConflictException: Stage already exists",
    lambda gateway, api, lab: gateway.create_stage(
        restApiId=api.id, stageName="live", deploymentId=_deployed(api)
    ),
)
_refusal(
    "GetStage of a stage that there is not",
    "404 NotFoundException: Invalid stage identifier specified",
    lambda gateway, api, lab: gateway.get_stage(restApiId=api.id, stageName="unknown"),
)
_refusal(
    "CreateModel with a name that is not alphanumeric",
    "400 BadRequestException: Model name must be alphanumeric: a-b",
    lambda gateway, api, lab: gateway.create_model(
        restApiId=api.id, name="a-b", contentType="application/json", schema="{}"
    ),
)
_refusal(
    "CreateModel of a name that is there",
    "409 ConflictException: Model name already exists for this REST API",
    lambda gateway, api, lab: [
        gateway.create_model(
            restApiId=api.id,
            name="Order",
            contentType="application/json",
            schema='{"type": "object"}',
        )
        for _ in range(2)
    ],
)
_refusal(
    "GetModel of a model that there is not",
    "404 NotFoundException: Invalid model name specified: Unknown",
    lambda gateway, api, lab: gateway.get_model(restApiId=api.id, modelName="Unknown"),
)
_refusal(
    "GetRequestValidator of one that there is not",
    "404 NotFoundException: Invalid Request Validator identifier specified",
    lambda gateway, api, lab: gateway.get_request_validator(
        restApiId=api.id, requestValidatorId="unknown"
    ),
)
_refusal(
    "GetAuthorizer of one that there is not",
    "404 NotFoundException: Invalid Authorizer identifier specified",
    lambda gateway, api, lab: gateway.get_authorizer(restApiId=api.id, authorizerId="unknown"),
)
_refusal(
    "CreateApiKey with a value that another key has",
    "409 ConflictException: API Key already exists",
    lambda gateway, api, lab: _two_keys(gateway, lab),
)
_refusal(
    "GetApiKey of a key that there is not",
    "404 NotFoundException: Invalid API Key identifier specified",
    lambda gateway, api, lab: gateway.get_api_key(apiKey="unknown"),
)
_refusal(
    "GetUsagePlan of a plan that there is not",
    "404 NotFoundException: Invalid Usage Plan ID specified",
    lambda gateway, api, lab: gateway.get_usage_plan(usagePlanId="unknown"),
)
_refusal(
    "CreateUsagePlan for a stage that there is not",
    "404 NotFoundException: API Stage not found: API:none",
    lambda gateway, api, lab: gateway.create_usage_plan(
        name=lab.name(), apiStages=[{"apiId": api.id, "stage": "none"}]
    ),
)
_refusal(
    "GetDomainName of a domain that there is not",
    "404 NotFoundException: Invalid domain name identifier specified",
    lambda gateway, api, lab: gateway.get_domain_name(domainName="unknown.example.com"),
)
_refusal(
    "CreateDocumentationPart of a location that is there",
    "409 ConflictException: Documentation part already exists for the specified location",
    lambda gateway, api, lab: [
        gateway.create_documentation_part(
            restApiId=api.id, location={"type": "API"}, properties='{"info": "x"}'
        )
        for _ in range(2)
    ],
)
