"""A whole REST API out of a definition, into a new API or over an existing one.

After "Import a REST API into API Gateway", "Set the basePath property" and "Update an existing API"
of the developer guide. Whatever keeps its path or name keeps its id, in both modes, as the notes to
LocalStack's `test_apigateway_import.py` say of AWS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from localtender.edge.gateway.control_plane.gateway_responses import (
    DEFAULT_TEMPLATES,
    STATUS_CODES,
)
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.resources import (
    PATH_PART,
    PATH_PART_MESSAGE,
    check_place,
    joined_path,
)
from localtender.edge.gateway.control_plane.rest_api_settings import (
    checked_api_key_source,
    checked_compression_size,
    checked_endpoint,
    checked_policy,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.document import OpenApiDocument
from localtender.edge.gateway.openapi.documentation_import import import_documentation
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.openapi.method_import import MethodImport
from localtender.edge.gateway.openapi.model_import import ModelImport
from localtender.edge.gateway.openapi.security_import import SecurityImport
from localtender.edge.gateway.state import GatewayResponse, RequestValidator, Resource, RestApi

BasePath = Literal["ignore", "prepend", "split"]


@dataclass(frozen=True)
class ImportOptions:
    """How a definition is taken in; `is_merge` keeps what the definition does not name."""

    base_path: BasePath = "ignore"
    is_merge: bool = False
    ignores_documentation: bool = False
    endpoint_type: str | None = None


def import_api(
    document: OpenApiDocument, api: RestApi, options: ImportOptions, findings: Findings
) -> RestApi:
    """The API after the import, where the findings let it stand."""
    before = api
    if not options.is_merge:
        api = _emptied(api)
    api = _settings(document, api, options, findings)
    api = _validators(document, api, before)
    api = _gateway_responses(document, api, findings)
    security = SecurityImport(document, findings)
    api = security.authorizers(replace(api, authorizers=before.authorizers))
    if not options.is_merge:
        named = set(document.security_schemes)
        kept = {key: item for key, item in api.authorizers.items() if item.name in named}
        api = replace(api, authorizers=kept)
    models = ModelImport(document, api.id, before.models, findings)
    models.add_all()
    methods = MethodImport(document, models, security, findings)
    api = _resources(document, api, before, options, methods)
    api = replace(api, models={**api.models, **models.models})
    if not options.ignores_documentation:
        api = import_documentation(document.extension("documentation"), api, findings)
    findings.warnings.extend(document.issues)
    return api


def _emptied(api: RestApi) -> RestApi:
    root = replace(api.resources[api.root_resource_id], methods={})
    return replace(
        api,
        description=None,
        version=None,
        binary_media_types=(),
        minimum_compression_size=None,
        api_key_source="HEADER",
        policy=None,
        resources={root.id: root},
        models={},
        request_validators={},
        authorizers={},
        gateway_responses={},
        documentation_parts={},
    )


def _settings(
    document: OpenApiDocument, api: RestApi, options: ImportOptions, findings: Findings
) -> RestApi:
    changes: dict[str, Any] = {"name": document.title}
    if document.description is not None:
        changes["description"] = document.description
    if document.version is not None:
        changes["version"] = document.version
    added = document.extension("binary-media-types") or ()
    changes["binary_media_types"] = tuple(dict.fromkeys((*api.binary_media_types, *added)))
    with findings.during("Unable to update the API"):
        source = document.extension("api-key-source")
        if source is not None:
            changes["api_key_source"] = checked_api_key_source(str(source).upper())
        size = document.extension("minimum-compression-size")
        if size is not None:
            changes["minimum_compression_size"] = checked_compression_size(int(size))
        policy = document.extension("policy")
        if policy is not None:
            changes["policy"] = checked_policy(json.dumps(policy))
        changes.update(_endpoint(document, api, options))
    return replace(api, **changes)


def _endpoint(document: OpenApiDocument, api: RestApi, options: ImportOptions) -> dict[str, Any]:
    given = document.endpoint_configuration
    endpoint = api.endpoint_configuration
    types = (options.endpoint_type,) if options.endpoint_type else tuple(given.get("types") or ())
    if types:
        endpoint = replace(endpoint, types=types)
    if "PRIVATE" in endpoint.types:
        endpoint = replace(endpoint, ip_address_type="dualstack")
    if given.get("ipAddressType"):
        endpoint = replace(endpoint, ip_address_type=str(given["ipAddressType"]))
    vpc_endpoints = given.get("vpcEndpointIds")
    if vpc_endpoints is not None:
        endpoint = replace(endpoint, vpc_endpoint_ids=tuple(vpc_endpoints))
    changes: dict[str, Any] = {"endpoint_configuration": checked_endpoint(endpoint)}
    if "disableExecuteApiEndpoint" in given:
        changes["disable_execute_api_endpoint"] = bool(given["disableExecuteApiEndpoint"])
    return changes


def _validators(document: OpenApiDocument, api: RestApi, before: RestApi) -> RestApi:
    validators = dict(api.request_validators)
    known = {item.name: item.id for item in before.request_validators.values()}
    for name, given in (document.extension("request-validators") or {}).items():
        identifier = known.get(name) or short_identifier()
        validators[identifier] = RequestValidator(
            id=identifier,
            name=name,
            validate_request_body=bool(given.get("validateRequestBody")),
            validate_request_parameters=bool(given.get("validateRequestParameters")),
        )
    return replace(api, request_validators=validators)


def _gateway_responses(document: OpenApiDocument, api: RestApi, findings: Findings) -> RestApi:
    responses = dict(api.gateway_responses)
    for kind, given in (document.extension("gateway-responses") or {}).items():
        if kind not in STATUS_CODES:
            findings.errors.append(
                f"Unable to put gateway response '{kind}': Invalid gateway response type specified"
            )
            continue
        status = given.get("statusCode")
        responses[kind] = GatewayResponse(
            response_type=kind,
            status_code=None if status is None else str(status),
            response_parameters=dict(given.get("responseParameters") or {}),
            response_templates=dict(given.get("responseTemplates") or DEFAULT_TEMPLATES),
        )
    return replace(api, gateway_responses=responses)


def _resources(
    document: OpenApiDocument,
    api: RestApi,
    before: RestApi,
    options: ImportOptions,
    methods: MethodImport,
) -> RestApi:
    prefix = _prefix(document.base_path, options.base_path)
    known = {item.path: item for item in before.resources.values()}
    for path, operations in document.paths():
        with methods.findings.during(f"Unable to create resource at path '{path}'"):
            api, owner = _with_path(api, known, f"{prefix}{path}")
            added = dict(owner.methods)
            for operation in operations:
                method = methods.method(operation, owner, api)
                if method is not None:
                    added[method.http_method] = method
            owner = replace(owner, methods=added)
            api = replace(api, resources={**api.resources, owner.id: owner})
    return api


def _prefix(base_path: str, mode: BasePath) -> str:
    parts = [part for part in base_path.split("/") if part]
    if mode == "ignore":
        return ""
    return "".join(f"/{part}" for part in (parts if mode == "prepend" else parts[1:]))


def _with_path(api: RestApi, known: Mapping[str, Resource], path: str) -> tuple[RestApi, Resource]:
    if not path.startswith("/"):
        raise bad_request(f"Resource {path} should start with /")
    owner = api.resources[api.root_resource_id]
    for part in (part for part in path.split("/") if part):
        if not PATH_PART.fullmatch(part):
            raise bad_request(PATH_PART_MESSAGE)
        whole = joined_path(owner, part)
        child = next((item for item in api.resources.values() if item.path == whole), None)
        if child is None:
            earlier = known.get(whole)
            child = Resource(
                id=short_identifier() if earlier is None else earlier.id,
                path=whole,
                parent_id=owner.id,
                path_part=part,
            )
            check_place(api, owner, child)
            api = replace(api, resources={**api.resources, child.id: child})
        owner = child
    return api, owner
