"""Methods with their responses and integrations, out of a definition's operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localtender.edge.gateway.control_plane.methods import checked_method
from localtender.edge.gateway.openapi.document import DescribedOperation, OpenApiDocument
from localtender.edge.gateway.openapi.findings import Findings, UnreadableDefinitionError
from localtender.edge.gateway.openapi.integration_import import import_integration
from localtender.edge.gateway.openapi.model_import import ModelImport
from localtender.edge.gateway.openapi.security_import import SecurityImport
from localtender.edge.gateway.openapi.structure import INTEGRATION
from localtender.edge.gateway.state import Method, MethodResponse, Resource, RestApi

_KINDS = {"query": "querystring", "header": "header", "path": "path"}


@dataclass
class MethodImport:
    """Makes the methods of one import."""

    document: OpenApiDocument
    models: ModelImport
    security: SecurityImport
    findings: Findings

    def method(self, operation: DescribedOperation, owner: Resource, api: RestApi) -> Method | None:
        """The method that an operation describes; None, with an error noted, where it may not be.

        `api` has the authorizers and validators already, and gets the models from the import.
        """
        method = self._described(operation, api)
        with_models = replace(api, models={**api.models, **self.models.models})
        with self.findings.during(
            f"Unable to put method '{operation.verb}' on resource at path '{owner.path}'"
        ):
            method = checked_method(with_models, method)
        given = self._integration(operation)
        if given:
            place = f"'{operation.verb}' for resource at path '{owner.path}'"
            with self.findings.during(f"Unable to put integration on {place}"):
                integration = import_integration(
                    given, owner.path, operation.verb, owner.id, self.findings
                )
                method = replace(method, integration=integration)
        return method

    def _integration(self, operation: DescribedOperation) -> Mapping[str, Any]:
        known = len(self.document.issues)
        found = self.document.resolve(
            operation.extension("integration") or {},
            f"paths.'{operation.path}'({operation.verb.lower()}).x-amazon-apigateway-integration",
            INTEGRATION,
        )
        if len(self.document.issues) > known:
            # The wording is the one reported for AWS in swagger-api/swagger-codegen#10450.
            raise UnreadableDefinitionError(
                "Unable to parse API definition because of a malformed integration at path "
                + operation.path
            )
        return found

    def _described(self, operation: DescribedOperation, api: RestApi) -> Method:
        models = self._models(operation)
        method = Method(
            http_method=operation.verb,
            operation_name=operation.operation_id,
            request_parameters={
                f"method.request.{_KINDS[parameter.location]}.{parameter.name}": parameter.required
                for parameter in operation.parameters
            }
            or None,
            request_models=models or None,
            request_validator_id=self._validator(operation, api),
            responses={
                response.status: self._response(operation, index)
                for index, response in enumerate(operation.responses)
                if response.status.isdigit()
            },
        )
        return self.security.secured(method, operation, api)

    def _models(self, operation: DescribedOperation) -> dict[str, str]:
        models = {}
        for media_type, schema in operation.schemas.items():
            place = f"paths.'{operation.path}'({operation.verb.lower()}).requestBody.content.schema"
            name = self.models.name_for(schema, place)
            if name is not None:
                models[media_type] = name
        return models

    def _response(self, operation: DescribedOperation, index: int) -> MethodResponse:
        response = operation.responses[index]
        place = (
            f"paths.'{operation.path}'({operation.verb.lower()}).responses."
            f"{response.status}.content.schema"
        )
        models = {
            media_type: name
            for media_type, schema in response.schemas.items()
            if (name := self.models.name_for(schema, place)) is not None
        }
        headers = {f"method.response.header.{name}": False for name in response.headers}
        return MethodResponse(response.status, headers or None, models or None)

    def _validator(self, operation: DescribedOperation, api: RestApi) -> str | None:
        name = operation.extension("request-validator") or self.document.extension(
            "request-validator"
        )
        if not name:
            return None
        for validator in api.request_validators.values():
            if validator.name == name:
                return validator.id
        self.findings.errors.append(
            f"Unable to put method '{operation.verb}' on resource at path '{operation.path}': "
            f"Invalid Request Validator identifier specified: {name}"
        )
        return None
