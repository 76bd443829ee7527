"""What API Gateway makes of definitions, and what its control plane refuses."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: definitions and refusals")


def an_api(lab: Laboratory, **parameters: Any) -> dict[str, Any]:
    """An API with nothing in it."""
    made: dict[str, Any] = lab.gateway.create_rest_api(name=lab.name(), **parameters)
    return made


def a_definition(lab: Laboratory, **members: Any) -> bytes:
    """A definition of an API with one mock method."""
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    }
    method = {
        "responses": {"200": {"description": "fine"}},
        "x-amazon-apigateway-integration": integration,
    }
    document = {
        "openapi": "3.0.1",
        "info": {"title": lab.name(), "version": "1"},
        "paths": {"/pets": {"get": method}},
        **members,
    }
    return json.dumps(document).encode()


@AREA.row(
    "An endpoint type that there is not, by the end of the error",
    aws="Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, "
    "REGIONAL]]",
    source=docs.RECORDED_CONTROL_PLANE,
)
def endpoint_type(lab: Laboratory) -> str:
    refusal = outcome(lambda: an_api(lab, endpointConfiguration={"types": ["FAST"]}))
    return refusal.partition("failed to satisfy constraint: ")[2] or refusal


@AREA.row(
    "A patch operation that a path does not take",
    aws="400 BadRequestException: Invalid patch operation specified. Must be one of: [replace]",
    source=docs.RECORDED_CONTROL_PLANE,
)
def patch_operation(lab: Laboratory) -> str:
    operation = {"op": "add", "path": "/minimumCompressionSize", "value": "10"}
    api = an_api(lab)
    return outcome(
        lambda: lab.gateway.update_rest_api(restApiId=api["id"], patchOperations=[operation])
    )


@AREA.row(
    "A patch path that a resource does not have",
    aws="400 BadRequestException: Invalid patch path '/invalid' specified for op 'replace'. "
    "Must be one of: [/parentId, /pathPart]",
    source=docs.RECORDED_CONTROL_PLANE,
)
def patch_path(lab: Laboratory) -> str:
    api = an_api(lab)
    child = lab.gateway.create_resource(
        restApiId=api["id"], parentId=api["rootResourceId"], pathPart="pets"
    )
    operation = {"op": "replace", "path": "/invalid", "value": "x"}
    return outcome(
        lambda: lab.gateway.update_resource(
            restApiId=api["id"], resourceId=child["id"], patchOperations=[operation]
        )
    )


@AREA.row(
    "What replaces a binary media type",
    aws="image/jpeg, image/gif",
    source=docs.RECORDED_CONTROL_PLANE,
)
def binary_media_types(lab: Laboratory) -> str:
    api = an_api(lab, binaryMediaTypes=["image/png", "image/jpeg"])
    operation = {"op": "replace", "path": "/binaryMediaTypes/image~1png", "value": "image/gif"}
    changed = lab.gateway.update_rest_api(restApiId=api["id"], patchOperations=[operation])
    return ", ".join(changed["binaryMediaTypes"])


@AREA.row(
    "Deleting a model that a method uses",
    aws="409 ConflictException: Cannot delete model 'Pet', is referenced in method request: //ANY",
    source=docs.RECORDED_CONTROL_PLANE,
)
def model_in_use(lab: Laboratory) -> str:
    api = an_api(lab)
    lab.gateway.create_model(
        restApiId=api["id"], name="Pet", contentType="application/json", schema='{"type": "object"}'
    )
    lab.gateway.put_method(
        restApiId=api["id"],
        resourceId=api["rootResourceId"],
        httpMethod="ANY",
        authorizationType="NONE",
        requestModels={"application/json": "Pet"},
    )
    return outcome(lambda: lab.gateway.delete_model(restApiId=api["id"], modelName="Pet"))


@AREA.row(
    "The eleventh stage of an API",
    aws="429 LimitExceededException",
    source=docs.GATEWAY_QUOTAS,
)
def eleventh_stage(lab: Laboratory) -> str:
    api = lab.gateway.import_rest_api(body=a_definition(lab))
    for number in range(10):
        lab.gateway.create_deployment(restApiId=api["id"], stageName=f"s{number}")
    refusal = outcome(lambda: lab.gateway.create_deployment(restApiId=api["id"], stageName="s10"))
    return refusal.partition(":")[0]


@AREA.row(
    "A definition whose model cannot be one",
    aws="400 BadRequestException: Errors found during import: Unable to create model for "
    "'Pet-Name': Model name must be alphanumeric: Pet-Name",
    source=docs.GATEWAY_IMPORT_FINDINGS,
)
def import_error(lab: Laboratory) -> str:
    schemas = {"schemas": {"Pet-Name": {"type": "string"}}}
    return outcome(lambda: lab.gateway.import_rest_api(body=a_definition(lab, components=schemas)))


@AREA.row(
    "An export that is imported again",
    aws="the same paths, methods and models",
    source=docs.GATEWAY_EXPORT,
)
def round_trip(lab: Laboratory) -> str:
    schemas = {"schemas": {"Pet": {"type": "object", "properties": {"id": {"type": "integer"}}}}}
    first = lab.gateway.import_rest_api(body=a_definition(lab, components=schemas))["id"]
    lab.gateway.create_deployment(restApiId=first, stageName="live")
    exported = lab.gateway.get_export(
        restApiId=first,
        stageName="live",
        exportType="oas30",
        parameters={"extensions": "apigateway"},
    )["body"].read()
    second = lab.gateway.import_rest_api(body=exported)["id"]

    def content(api_id: str) -> tuple[Any, Any]:
        resources = lab.gateway.get_resources(restApiId=api_id, embed=["methods"])["items"]
        models = lab.gateway.get_models(restApiId=api_id)["items"]
        return (
            sorted((item["path"], sorted(item.get("resourceMethods", {}))) for item in resources),
            sorted((item["name"], json.loads(item["schema"])) for item in models),
        )

    is_same = content(first) == content(second)
    return "the same paths, methods and models" if is_same else "another API"


@AREA.row(
    "A VPC link as it is made, and as it is read",
    aws="PENDING, then AVAILABLE: Your vpc link is ready for use",
    source=docs.RECORDED_CONTROL_PLANE,
)
def vpc_link(lab: Laboratory) -> str:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/01234"
    made = lab.gateway.create_vpc_link(name=lab.name(), targetArns=[arn])
    read = lab.gateway.get_vpc_link(vpcLinkId=made["id"])
    return f"{made['status']}, then {read['status']}: {read.get('statusMessage')}"
