"""Functions: read one, list them.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html and its neighbours; details of
the answers follow those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.code import hexadecimal_name
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_NOT_LISTED = ("State", "LastUpdateStatus", "RuntimeVersionConfig")


class FunctionReadingOperations:
    """GetFunction, GetFunctionConfiguration, ListFunctions."""

    def __init__(self, registry: FunctionRegistry, endpoint_url: str) -> None:
        """Code is downloaded from the edge, at `endpoint_url`."""
        self._registry = registry
        self._endpoint_url = endpoint_url

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "GetFunction": self.get,
            "GetFunctionConfiguration": self.get_configuration,
            "ListFunctions": self.list,
        }

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunction."""
        reference, function, configuration = self._read(caller, parameters)
        location = (
            f"{self._endpoint_url}/_localtender/functions/code/"
            f"{hexadecimal_name(configuration.code)}.zip"
        )
        document: Parameters = {
            "Configuration": configuration.to_api(arn=reference.arn),
            "Code": {"RepositoryType": "S3", "Location": location},
        }
        if function.tags:
            document["Tags"] = dict(function.tags)
        if function.reserved_concurrency is not None:
            document["Concurrency"] = {
                "ReservedConcurrentExecutions": function.reserved_concurrency
            }
        return document

    async def get_configuration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionConfiguration."""
        reference, _, configuration = self._read(caller, parameters)
        return configuration.to_api(arn=reference.arn)

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListFunctions: a subset of each configuration's fields, as AWS documents it.

        A MasterRegion asks for the replicas of Lambda@Edge functions, of which there are none.
        """
        if parameters.get("MasterRegion") and parameters.get("FunctionVersion") != "ALL":
            raise errors.invalid_parameter("FunctionVersion must be ALL when MasterRegion is set.")
        if parameters.get("MasterRegion") not in (None, "ALL"):
            return {"Functions": []}
        configurations = []
        for function in self._registry.all(caller.account_id, caller.region):
            if parameters.get("FunctionVersion") == "ALL":
                latest = function.latest
                configurations.append(_listed(latest, latest.reference.qualified(LATEST).arn))
                configurations += [_listed(version) for version in function.versions.values()]
            else:
                configurations.append(_listed(function.latest))
        shown, marker = page(configurations, parameters)
        return {"Functions": shown, "NextMarker": marker}

    def _read(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function, FunctionConfiguration]:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        function = self._registry.get(reference)
        return reference, function, function.configuration(reference.qualifier)


def _listed(configuration: FunctionConfiguration, arn: str | None = None) -> Parameters:
    document = configuration.to_api(arn=arn)
    for name in _NOT_LISTED:
        document.pop(name, None)
    return document
