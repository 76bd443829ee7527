"""Layers: publish, read, list and delete versions, and say who may use them.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html and its neighbours; the
messages are those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaLayer).
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.code import hexadecimal_name
from localtender.edge.functions.configuration import modification_date
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.function import ResourcePolicy
from localtender.edge.functions.layer import (
    LayerVersion,
    layer_version_missing,
    parse_layer_arn,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localtender.edge.functions.code import CodeStore
    from localtender.edge.functions.layer import Layer, LayerReference, LayerRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_ACTION = "lambda:GetLayerVersion"
_NO_RESOURCE = "The resource you requested does not exist."


class LayerOperations:
    """The operations on layers, their versions and their permissions."""

    def __init__(
        self,
        layers: LayerRegistry,
        code: CodeStore,
        *,
        endpoint_url: str,
        fetch_object: Callable[[Caller, dict[str, Any]], Awaitable[bytes]],
    ) -> None:
        self._layers = layers
        self._code = code
        self._endpoint_url = endpoint_url
        self._fetch_object = fetch_object

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "PublishLayerVersion": self.publish,
            "GetLayerVersion": self.get,
            "GetLayerVersionByArn": self.get_by_arn,
            "ListLayers": self.list_layers,
            "ListLayerVersions": self.list_versions,
            "DeleteLayerVersion": self.delete,
            "AddLayerVersionPermission": self.add_permission,
            "RemoveLayerVersionPermission": self.remove_permission,
            "GetLayerVersionPolicy": self.get_policy,
        }

    async def publish(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PublishLayerVersion."""
        reference = self._layers.reference(caller, parameters["LayerName"])
        content = parameters["Content"]
        archive: bytes | None = content.get("ZipFile")
        if archive is None:
            if not content.get("S3Bucket") or not content.get("S3Key"):
                raise errors.invalid_parameter(
                    "Please provide a source for the layer: ZipFile, or S3Bucket and S3Key."
                )
            archive = await self._fetch_object(caller, content)
        identity = await self._code.add(archive)
        layer = self._layers.make(reference)
        layer.last_version += 1
        version = LayerVersion(
            reference=type(reference)(
                reference.account_id, reference.region, reference.name, layer.last_version
            ),
            code=identity,
            created_date=modification_date(),
            description=parameters.get("Description") or "",
            license_info=parameters.get("LicenseInfo"),
            compatible_runtimes=tuple(parameters.get("CompatibleRuntimes") or ()),
            compatible_architectures=tuple(parameters.get("CompatibleArchitectures") or ()),
        )
        layer.versions[layer.last_version] = version
        return self._document(version)

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetLayerVersion."""
        return self._document(self._version(caller, parameters))

    async def get_by_arn(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetLayerVersionByArn."""
        arn = parameters["Arn"]
        reference = parse_layer_arn(arn)
        if reference is None or reference.version is None:
            raise errors.validation(
                f"Value '{arn}' at 'arn' failed to satisfy constraint: Member must satisfy regular "
                "expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|"
                r"(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|"
                "(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)"
            )
        check_may_use(self._layers, caller, reference)
        version = self._layers.version(reference)
        if version is None:
            raise errors.not_found(_NO_RESOURCE)
        return self._document(version)

    async def list_layers(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListLayers: each with its newest version that suits."""
        found = []
        for layer in self._layers.all(caller.account_id, caller.region):
            matching = _suitable(layer, parameters)
            if matching:
                newest = matching[0]
                found.append(
                    {
                        "LayerName": newest.reference.name,
                        "LayerArn": newest.reference.layer_arn,
                        "LatestMatchingVersion": newest.to_api(),
                    }
                )
        shown, marker = page(found, parameters)
        return {"Layers": shown, "NextMarker": marker}

    async def list_versions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListLayerVersions, newest first; none for a layer that never was."""
        layer = self._layers.layer(self._layers.reference(caller, parameters["LayerName"]))
        versions = [] if layer is None else _suitable(layer, parameters)
        shown, marker = page([version.to_api() for version in versions], parameters)
        return {"LayerVersions": shown, "NextMarker": marker}

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteLayerVersion: no error when there is none; functions that have it keep it."""
        number = _number(parameters)
        layer = self._layers.layer(self._layers.reference(caller, parameters["LayerName"]))
        if layer is not None:
            layer.versions.pop(number, None)
            layer.policies.pop(number, None)
        return {}

    async def add_permission(self, caller: Caller, parameters: Parameters) -> Parameters:
        """AddLayerVersionPermission."""
        action = parameters["Action"]
        if action != _ACTION:
            raise errors.validation(
                f"Value '{action}' at 'action' failed to satisfy constraint: Member must satisfy "
                f"regular expression pattern: {_ACTION}"
            )
        reference, layer = self._existing(caller, parameters)
        number = reference.version or 0
        policy = layer.policies.get(number) or ResourcePolicy()
        statement_id = parameters["StatementId"]
        if statement_id in policy.statements:
            raise errors.conflict(
                f"The statement id ({statement_id}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        _check_revision(layer.policies.get(number), parameters)
        statement = _statement(reference, parameters)
        policy.statements[statement_id] = statement
        policy.revision_id = str(uuid.uuid4())
        layer.policies[number] = policy
        return {"Statement": _json(statement), "RevisionId": policy.revision_id}

    async def remove_permission(self, caller: Caller, parameters: Parameters) -> Parameters:
        """RemoveLayerVersionPermission."""
        reference, layer = self._existing(caller, parameters)
        policy = layer.policies.get(reference.version or 0)
        statement_id = parameters["StatementId"]
        if policy is None or statement_id not in policy.statements:
            raise errors.not_found(f"Statement {statement_id} is not found in resource policy.")
        _check_revision(policy, parameters)
        del policy.statements[statement_id]
        policy.revision_id = str(uuid.uuid4())
        if not policy.statements:
            del layer.policies[reference.version or 0]
        return {}

    async def get_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetLayerVersionPolicy."""
        reference, layer = self._existing(caller, parameters)
        policy = layer.policies.get(reference.version or 0)
        if policy is None:
            raise errors.not_found("No policy is associated with the given resource.")
        document = {
            "Version": "2012-10-17",
            "Id": "default",
            "Statement": list(policy.statements.values()),
        }
        return {"Policy": _json(document), "RevisionId": policy.revision_id}

    def _version(self, caller: Caller, parameters: Parameters) -> LayerVersion:
        reference = self._layers.reference(caller, parameters["LayerName"], _number(parameters))
        check_may_use(self._layers, caller, reference)
        version = self._layers.version(reference)
        if version is None:
            raise errors.not_found(_NO_RESOURCE)
        return version

    def _existing(self, caller: Caller, parameters: Parameters) -> tuple[LayerReference, Layer]:
        number: int = parameters["VersionNumber"]
        reference = self._layers.reference(caller, parameters["LayerName"], number)
        layer = self._layers.layer(reference)
        if layer is None or number not in layer.versions:
            raise layer_version_missing(reference.arn)
        return reference, layer

    def _document(self, version: LayerVersion) -> Parameters:
        location = (
            f"{self._endpoint_url}/_localtender/functions/code/{hexadecimal_name(version.code)}.zip"
        )
        return {
            **version.to_api(),
            "LayerArn": version.reference.layer_arn,
            "Content": {
                "Location": location,
                "CodeSha256": version.code.sha256,
                "CodeSize": version.code.size,
            },
        }


def check_may_use(layers: LayerRegistry, caller: Caller, reference: LayerReference) -> None:
    """Raise AccessDeniedException when the layer is another account's that did not share it."""
    if reference.account_id == caller.account_id:
        return
    layer = layers.layer(reference)
    policy = layer.policies.get(reference.version or 0) if layer is not None else None
    allowed = ("*", f"arn:aws:iam::{caller.account_id}:root")
    for statement in policy.statements.values() if policy is not None else ():
        principal = statement["Principal"]
        if (principal if principal == "*" else principal["AWS"]) in allowed:
            return
    raise errors.access_denied(
        f"User: arn:aws:iam::{caller.account_id}:root is not authorized to perform: {_ACTION} on "
        f"resource: {reference.arn} because no resource-based policy allows the {_ACTION} action"
    )


def _suitable(layer: Layer, parameters: Parameters) -> list[LayerVersion]:
    runtime, architecture = (
        parameters.get("CompatibleRuntime"),
        parameters.get("CompatibleArchitecture"),
    )
    newest_first = sorted(layer.versions.items(), reverse=True)
    return [version for _, version in newest_first if version.suits(runtime, architecture)]


def _number(parameters: Parameters) -> int:
    number: int = parameters["VersionNumber"]
    if number < 1:
        raise errors.invalid_parameter("Layer Version Cannot be less than 1")
    return number


def _statement(reference: LayerReference, parameters: Parameters) -> dict[str, Any]:
    principal = parameters["Principal"]
    organization = parameters.get("OrganizationId")
    if organization and principal != "*":
        raise errors.invalid_parameter(
            "OrganizationId can only be given together with the principal *."
        )
    if principal != "*" and not principal.startswith("arn:"):
        principal = f"arn:aws:iam::{principal}:root"
    statement: dict[str, Any] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": principal},
        "Action": parameters["Action"],
        "Resource": reference.arn,
    }
    if organization:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    return statement


def _check_revision(policy: ResourcePolicy | None, parameters: Parameters) -> None:
    revision_id = parameters.get("RevisionId")
    if revision_id and (policy is None or revision_id != policy.revision_id):
        raise errors.layer_precondition_failed()


def _json(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
