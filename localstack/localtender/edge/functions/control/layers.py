"""Layers: publish, read, list and delete versions.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html and its neighbours; the
messages are those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaLayer).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.code import hexadecimal_name
from localtender.edge.functions.configuration import modification_date
from localtender.edge.functions.control.layer_permissions import check_may_use
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.layer import LayerVersion, parse_layer_arn

if TYPE_CHECKING:
    from localtender.edge.functions.control.uploaded_code import UploadedCode
    from localtender.edge.functions.layer import Layer, LayerRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_NO_RESOURCE = "The resource you requested does not exist."


class LayerOperations:
    """The operations on layers and their versions."""

    def __init__(
        self,
        layers: LayerRegistry,
        code: UploadedCode,
        endpoint_url: str,
    ) -> None:
        self._layers = layers
        self._code = code
        self._endpoint_url = endpoint_url

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "PublishLayerVersion": self.publish,
            "GetLayerVersion": self.get,
            "GetLayerVersionByArn": self.get_by_arn,
            "ListLayers": self.list_layers,
            "ListLayerVersions": self.list_versions,
            "DeleteLayerVersion": self.delete,
        }

    async def publish(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PublishLayerVersion."""
        reference = self._layers.reference(caller, parameters["LayerName"])
        identity = await self._code.add(caller, parameters["Content"])
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
            compatible_runtimes=_given(parameters, "CompatibleRuntimes"),
            compatible_architectures=_given(parameters, "CompatibleArchitectures"),
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

    def _version(self, caller: Caller, parameters: Parameters) -> LayerVersion:
        reference = self._layers.reference(caller, parameters["LayerName"], _number(parameters))
        check_may_use(self._layers, caller, reference)
        version = self._layers.version(reference)
        if version is None:
            raise errors.not_found(_NO_RESOURCE)
        return version

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


def _suitable(layer: Layer, parameters: Parameters) -> list[LayerVersion]:
    runtime, architecture = (
        parameters.get("CompatibleRuntime"),
        parameters.get("CompatibleArchitecture"),
    )
    newest_first = sorted(layer.versions.items(), reverse=True)
    return [version for _, version in newest_first if version.suits(runtime, architecture)]


def _given(parameters: Parameters, name: str) -> tuple[str, ...] | None:
    """What is compatible; an empty list that was given is answered as one."""
    return None if parameters.get(name) is None else tuple(parameters[name])


def _number(parameters: Parameters) -> int:
    number: int = parameters["VersionNumber"]
    if number < 1:
        raise errors.invalid_parameter("Layer Version Cannot be less than 1")
    return number
