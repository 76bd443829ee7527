"""Integrations of methods: PutIntegration, GetIntegration, UpdateIntegration, DeleteIntegration.

After "Integration" of the API Gateway API reference and "Set up an API integration request" of
the developer guide; members and messages as recorded on AWS in LocalStack's snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.integration_responses import (
    describe_integration_response,
)
from localtender.edge.gateway.control_plane.lookup import (
    integration_of,
    method,
    present,
    with_method,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    patched_entry,
    set_entry,
    set_members,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import check_template_size
from localtender.edge.gateway.state import Integration
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_TYPES = ("HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY")
_PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
_CONTENT_HANDLING = ("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")
_SHORTEST_TIMEOUT = 50
_LONGEST_TIMEOUT = 29_000


class Integrations:
    """The operations on integrations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "PutIntegration": self.put_integration,
            "GetIntegration": self.get_integration,
            "UpdateIntegration": self.update_integration,
            "DeleteIntegration": self.delete_integration,
        }

    async def put_integration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Give a method its backend; one it had is replaced, responses and all."""
        api, owner, found = method(self._store, caller, parameters)
        new = checked_integration(
            Integration(
                type=parameters["type"],
                http_method=parameters.get("integrationHttpMethod"),
                uri=parameters.get("uri"),
                connection_type=parameters.get("connectionType"),
                connection_id=parameters.get("connectionId"),
                credentials=parameters.get("credentials"),
                request_parameters=parameters.get("requestParameters") or None,
                request_templates=templates(parameters.get("requestTemplates")),
                passthrough_behavior=(parameters.get("passthroughBehavior") or "WHEN_NO_MATCH"),
                content_handling=parameters.get("contentHandling"),
                timeout_in_millis=parameters.get("timeoutInMillis") or _LONGEST_TIMEOUT,
                cache_namespace=parameters.get("cacheNamespace") or owner.id,
                cache_key_parameters=tuple(parameters.get("cacheKeyParameters") or ()),
                insecure_skip_verification=(parameters.get("tlsConfig") or {}).get(
                    "insecureSkipVerification"
                ),
                response_transfer_mode=parameters.get("responseTransferMode"),
                integration_target=parameters.get("integrationTarget"),
            )
        )
        self._store.save_rest_api(caller, with_method(api, owner, replace(found, integration=new)))
        return describe_integration(new)

    async def get_integration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A method's integration."""
        return describe_integration(integration_of(method(self._store, caller, parameters)[2]))

    async def update_integration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change an integration by patch operations."""
        api, owner, found = method(self._store, caller, parameters)
        changed = checked_integration(_PATCHES.apply(integration_of(found), parameters))
        self._store.save_rest_api(
            caller, with_method(api, owner, replace(found, integration=changed))
        )
        return describe_integration(changed)

    async def delete_integration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take a method's integration away."""
        api, owner, found = method(self._store, caller, parameters)
        integration_of(found)
        self._store.save_rest_api(caller, with_method(api, owner, replace(found, integration=None)))
        return {}


def describe_integration(found: Integration) -> Parameters:
    """The Integration shape."""
    return present(
        type=found.type,
        httpMethod=found.http_method,
        uri=found.uri,
        connectionType=found.connection_type,
        connectionId=found.connection_id,
        credentials=found.credentials,
        requestParameters=found.request_parameters,
        requestTemplates=found.request_templates,
        passthroughBehavior=found.passthrough_behavior,
        contentHandling=found.content_handling,
        timeoutInMillis=found.timeout_in_millis,
        cacheNamespace=found.cache_namespace,
        cacheKeyParameters=list(found.cache_key_parameters),
        tlsConfig=None
        if found.insecure_skip_verification is None
        else {"insecureSkipVerification": found.insecure_skip_verification},
        responseTransferMode=found.response_transfer_mode,
        integrationTarget=found.integration_target,
        integrationResponses={
            status: describe_integration_response(response)
            for status, response in found.responses.items()
        }
        or None,
    )


def templates(given: Mapping[str, str | None] | None) -> dict[str, str | None] | None:
    """Mapping templates as AWS keeps them: an empty one is null, none at all is absent."""
    for text in (given or {}).values():
        check_template_size(text or "")
    return {media_type: text or None for media_type, text in (given or {}).items()} or None


def checked_integration(candidate: Integration) -> Integration:
    """The integration as it may be kept; raises BadRequestException as PutIntegration does."""
    if candidate.type not in _TYPES:
        raise bad_request(f"Invalid integration type specified: {candidate.type}")
    if candidate.type != "MOCK":
        _check_backend(candidate)
    if candidate.passthrough_behavior not in _PASSTHROUGH:
        raise bad_request(
            f"Invalid passthrough behavior specified. Valid options are {','.join(_PASSTHROUGH)}"
        )
    if candidate.content_handling not in (None, *_CONTENT_HANDLING):
        raise bad_request(
            "Invalid contentHandling specified. Valid options are " + ",".join(_CONTENT_HANDLING)
        )
    if not _SHORTEST_TIMEOUT <= candidate.timeout_in_millis <= _LONGEST_TIMEOUT:
        raise bad_request(
            f"Timeout should be between {_SHORTEST_TIMEOUT} ms and {_LONGEST_TIMEOUT} ms"
        )
    for expression in (candidate.request_parameters or {}).values():
        if not expression.startswith(("method.request.", "context.", "stageVariables.", "'")):
            raise bad_request(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                f"[Invalid mapping expression specified: {expression}]"
            )
    return candidate


def _check_backend(candidate: Integration) -> None:
    if not candidate.http_method:
        raise bad_request("Enumeration value for HttpMethod must be non-empty")
    uri = candidate.uri or ""
    if candidate.type in ("HTTP", "HTTP_PROXY"):
        if not uri.startswith(("http://", "https://", "${stageVariables.")):
            raise bad_request("Invalid HTTP endpoint specified for URI")
        return
    parts = uri.split(":", 5)
    if len(parts) != 6 or parts[:3] != ["arn", "aws", "apigateway"]:
        raise bad_request("Invalid ARN specified in the request")
    if not parts[5].startswith(("path/", "action/")):
        raise bad_request("AWS ARN for integration must contain path or action")
    if candidate.type == "AWS_PROXY" and parts[4] not in ("lambda", "firehose"):
        raise bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose "
            "stream invocations."
        )
    if candidate.type == "AWS" and parts[4] != "lambda" and not candidate.credentials:
        raise bad_request("Role ARN must be specified for AWS integrations")


def _patch_timeout(found: Integration, patch: Patch) -> Integration:
    milliseconds = patch.integer("Invalid integration timeout specified")
    return replace(found, timeout_in_millis=milliseconds)


def _patch_tls(found: Integration, patch: Patch) -> Integration:
    return replace(found, insecure_skip_verification=None if patch.is_removal else patch.flag())


def _patch_template(found: Integration, patch: Patch) -> Integration:
    entries = patched_entry(found.request_templates, patch, patch.value)
    return replace(found, request_templates=templates(entries))


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[Integration] = PatchRules(
    PatchRule("/type", ("replace",), set_text("type")),
    PatchRule("/httpMethod", ("replace",), set_text("http_method")),
    PatchRule("/uri", ("replace",), set_text("uri")),
    PatchRule("/connectionType", ("replace",), set_text("connection_type")),
    PatchRule("/connectionId", ("replace", "remove"), set_text("connection_id")),
    PatchRule("/credentials", ("replace", "remove"), set_text("credentials")),
    PatchRule("/passthroughBehavior", ("replace",), set_text("passthrough_behavior")),
    PatchRule("/contentHandling", ("replace", "remove"), set_text("content_handling")),
    PatchRule("/timeoutInMillis", ("replace",), _patch_timeout),
    PatchRule("/cacheNamespace", ("replace",), set_text("cache_namespace")),
    PatchRule("/cacheKeyParameters", _EVERY, set_members("cache_key_parameters")),
    PatchRule("/cacheKeyParameters/{}", _EVERY, set_members("cache_key_parameters")),
    PatchRule("/requestParameters/{}", _EVERY, set_entry("request_parameters")),
    PatchRule("/requestTemplates/{}", _EVERY, _patch_template),
    PatchRule("/tlsConfig/insecureSkipVerification", _EVERY, _patch_tls),
    PatchRule("/responseTransferMode", ("replace",), set_text("response_transfer_mode")),
    PatchRule("/integrationTarget", ("replace", "remove"), set_text("integration_target")),
)
