"""Models of an API: CreateModel, GetModel(s), UpdateModel, DeleteModel, GetModelTemplate.

After "Model" of the API Gateway API reference and "Data models for REST APIs" of the developer
guide; messages as recorded on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    methods_of,
    not_found,
    present,
    rest_api,
)
from localtender.edge.gateway.control_plane.model_keywords import is_valid, unknown_keywords
from localtender.edge.gateway.control_plane.model_templates import (
    flattened_schema,
    mapping_template,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import check_model_size
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Model, RestApi
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_DRAFT_4 = "http://json-schema.org/draft-04/schema#"
_EMPTY_SCHEMA = "Model schema must have at least 1 property or array items defined"

_INVALID_SCHEMA = (
    "Invalid model specified: Validation Result: warnings : [], errors : "
    "[Invalid model schema specified"
)


class Models(ApiFamily[Model]):
    """The operations on models."""

    field = "models"
    parameter = "modelName"
    tells_missing_api = False

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateModel": self.create_model,
            "GetModel": self.get_model,
            "GetModels": self.get_page,
            "UpdateModel": self.update,
            "DeleteModel": self.delete,
            "GetModelTemplate": self.get_model_template,
        }

    async def create_model(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new model; its name is unique in the API."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        name = parameters["name"]
        if not name:
            raise bad_request("Model name must be non-empty")
        if not name.isalnum():
            raise bad_request(f"Model name must be alphanumeric: {name}")
        if name in api.models:
            raise conflict("Model name already exists for this REST API")
        new = Model(
            id=short_identifier(),
            name=name,
            content_type=parameters["contentType"],
            schema=checked_schema(parameters.get("schema")),
            description=parameters.get("description") or None,
        )
        self._save(caller, api, new)
        return describe_model(new)

    async def get_model(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One model by name; `flatten` puts the models it refers to into it."""
        api, found = self._find(caller, parameters)
        if parameters.get("flatten") and "$ref" in (found.schema or ""):
            found = replace(found, schema=flattened_schema(api, found))
        return describe_model(found)

    async def get_model_template(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A mapping template that writes a sample of a model."""
        api, found = self._find(caller, parameters)
        return {"value": mapping_template(api, found)}

    def _key(self, entity: Model) -> str:
        return entity.name

    def _describe(self, entity: Model) -> Parameters:
        return describe_model(entity)

    def _patched(self, owner: RestApi, found: Model, parameters: Parameters) -> Model:
        del owner
        return _PATCHES.apply(found, parameters)

    def _listed(self, owner: RestApi, parameters: Parameters) -> list[Model]:
        del parameters
        return sorted(owner.models.values(), key=lambda model: model.name)

    def _missing(self, parameters: Parameters) -> ServiceError:
        return not_found(f"Invalid model name specified: {parameters['modelName']}")

    def _check_unused(self, owner: RestApi, found: Model) -> None:
        _check_unused(owner, found.name)


def default_models() -> dict[str, Model]:
    """The two models that every new API has."""
    empty = {"$schema": _DRAFT_4, "title": "Empty Schema", "type": "object"}
    error = {
        "$schema": _DRAFT_4,
        "title": "Error Schema",
        "type": "object",
        "properties": {"message": {"type": "string"}},
    }
    return {
        "Empty": Model(
            id=short_identifier(),
            name="Empty",
            content_type="application/json",
            schema=json.dumps(empty, indent=2),
            description="This is a default empty schema model",
        ),
        "Error": Model(
            id=short_identifier(),
            name="Error",
            content_type="application/json",
            schema=json.dumps(error, indent=2),
            description="This is a default error schema model",
        ),
    }


def describe_model(found: Model) -> Parameters:
    """The Model shape."""
    return present(
        id=found.id,
        name=found.name,
        description=found.description,
        schema=found.schema,
        contentType=found.content_type,
    )


def checked_schema(schema: str | None) -> str:
    """The schema as it may be kept; raises BadRequestException as CreateModel does."""
    if not schema:
        raise bad_request(_EMPTY_SCHEMA)
    try:
        document = json.loads(schema)
    except ValueError:
        raise bad_request(f"{_INVALID_SCHEMA}]") from None
    if not isinstance(document, dict) or not document:
        raise bad_request(_EMPTY_SCHEMA)
    check_model_size(schema)
    unknown = unknown_keywords(document)
    if unknown:
        names = ", ".join(json.dumps(name) for name in unknown)
        raise bad_request(f"{_INVALID_SCHEMA}. Unsupported keyword(s): [{names}]]")
    if not is_valid(document):
        raise bad_request(f"{_INVALID_SCHEMA}]")
    return schema


def _check_unused(api: RestApi, name: str) -> None:
    for place, method in methods_of(api):
        if name in (method.request_models or {}).values():
            raise conflict(
                f"Cannot delete model '{name}', is referenced in method request: {place}"
            )
        for response in method.responses.values():
            if name in (response.response_models or {}).values():
                raise conflict(
                    f"Cannot delete model '{name}', is referenced in method response: {place}"
                )
    for other in api.models.values():
        if other.name != name and f'/models/{name}"' in (other.schema or ""):
            raise conflict(f"Cannot delete model '{name}', is referenced in model: {other.name}")


def _patch_schema(found: Model, patch: Patch) -> Model:
    return replace(found, schema=checked_schema(patch.value))


_PATCHES: PatchRules[Model] = PatchRules(
    PatchRule("/description", ("replace",), set_text("description")),
    PatchRule("/schema", ("replace",), _patch_schema),
    refusal=listing_refusal,
)
