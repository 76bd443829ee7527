"""Function URLs: create, read, update, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html and its neighbours;
messages as recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaUrl).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.configuration import modification_date
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.function_url import FunctionUrl

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.function_url import FunctionUrls
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_NO_FUNCTION = "Function does not exist"
_NO_URL = "The resource you requested does not exist."


class FunctionUrlOperations:
    """Create/Get/Update/Delete FunctionUrlConfig and ListFunctionUrlConfigs."""

    def __init__(self, registry: FunctionRegistry, urls: FunctionUrls, endpoint_url: str) -> None:
        self._registry = registry
        self._urls = urls
        self._endpoint_url = endpoint_url

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateFunctionUrlConfig": self.create,
            "GetFunctionUrlConfig": self.get,
            "UpdateFunctionUrlConfig": self.update,
            "DeleteFunctionUrlConfig": self.delete,
            "ListFunctionUrlConfigs": self.list,
        }

    async def create(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateFunctionUrlConfig."""
        reference, function = self._function(caller, parameters)
        if reference.qualifier in function.urls:
            raise errors.conflict(
                "Failed to create function url config for [functionArn = "
                f"{reference.arn}]. Error message:  FunctionUrlConfig exists for this Lambda "
                "function"
            )
        url = FunctionUrl(
            reference,
            auth_type=parameters["AuthType"],
            cors=_cors(parameters.get("Cors")),
            invoke_mode=parameters.get("InvokeMode"),
        )
        self._urls.keep(function, url)
        document = self._answered(url, parameters)
        del document["LastModifiedTime"]
        return document

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionUrlConfig."""
        return self._url(caller, parameters)[1].to_api(self._endpoint_url)

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionUrlConfig: what is not given stays."""
        self._function(caller, parameters)
        function, url = self._url(caller, parameters)
        changes: dict[str, Any] = {"last_modified": modification_date()}
        if parameters.get("AuthType") is not None:
            changes["auth_type"] = parameters["AuthType"]
        if parameters.get("Cors") is not None:
            changes["cors"] = _cors(parameters["Cors"])
        if parameters.get("InvokeMode") is not None:
            changes["invoke_mode"] = parameters.get("InvokeMode")
        changed = replace(url, **changes)
        self._urls.keep(function, changed)
        return self._answered(changed, parameters)

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteFunctionUrlConfig."""
        function, url = self._url(caller, parameters)
        self._urls.remove(function, url.reference.qualifier)
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListFunctionUrlConfigs: of the function and of its aliases."""
        _, function = self._function(caller, parameters)
        shown, marker = page(
            [url.to_api(self._endpoint_url) for url in function.urls.values()], parameters
        )
        return {"FunctionUrlConfigs": shown, "NextMarker": marker}

    def _function(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function]:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        function = self._registry.find(reference)
        if function is None or reference.qualifier not in (None, *function.aliases):
            raise errors.not_found(_NO_FUNCTION)
        return reference, function

    def _answered(self, url: FunctionUrl, parameters: Parameters) -> Parameters:
        """A URL as a change answers it: with the InvokeMode when it was asked for."""
        document = url.to_api(self._endpoint_url)
        if parameters.get("InvokeMode") is None:
            del document["InvokeMode"]
        return document

    def _url(self, caller: Caller, parameters: Parameters) -> tuple[Function, FunctionUrl]:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        function = self._registry.find(reference)
        url = function.urls.get(reference.qualifier) if function is not None else None
        if function is None or url is None:
            raise errors.not_found(_NO_URL)
        return function, url


def _cors(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """The CORS settings; an empty structure takes them away."""
    kept = {name: value for name, value in (given or {}).items() if value is not None}
    return kept or None
