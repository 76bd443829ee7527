"""Models of an API: CreateModel, GetModel(s), UpdateModel, DeleteModel.

After "Model" of the API Gateway API reference and "Data models for REST APIs" of the developer
guide; messages as recorded on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    find_rest_api,
    methods_of,
    not_found,
    present,
    rest_api,
)
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Model, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_DRAFT_4 = "http://json-schema.org/draft-04/schema#"
_EMPTY_SCHEMA = "Model schema must have at least 1 property or array items defined"


class Models:
    """The operations on models."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateModel": self.create_model,
            "GetModel": self.get_model,
            "GetModels": self.get_models,
            "UpdateModel": self.update_model,
            "DeleteModel": self.delete_model,
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
        """One model by name; `flatten` is refused for a model that refers to others."""
        _, found = self._find(caller, parameters)
        if parameters.get("flatten") and "$ref" in (found.schema or ""):
            raise bad_request("flatten is not supported by Localtender for models with $ref.")
        return describe_model(found)

    async def get_models(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All models of an API, page by page."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        return page(
            sorted(api.models.values(), key=lambda model: model.name),
            parameters,
            key=lambda model: model.name,
            describe=describe_model,
        )

    async def update_model(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a model by patch operations."""
        api, found = self._find(caller, parameters)
        changed = _PATCHES.apply(found, parameters)
        self._save(caller, api, changed)
        return describe_model(changed)

    async def delete_model(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a model that no method and no other model refers to."""
        api, found = self._find(caller, parameters)
        _check_unused(api, found.name)
        kept = without_entry(api.models, found.name)
        self._store.save_rest_api(caller, replace(api, models=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, Model]:
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        found = None if api is None else api.models.get(parameters["modelName"])
        if api is None or found is None:
            raise not_found(f"Invalid model name specified: {parameters['modelName']}")
        return api, found

    def _save(self, caller: Caller, api: RestApi, model: Model) -> None:
        models = with_entry(api.models, model.name, model)
        self._store.save_rest_api(caller, replace(api, models=models))


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
        raise bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : "
            "[Invalid model schema specified]"
        ) from None
    if not isinstance(document, dict) or not document:
        raise bad_request(_EMPTY_SCHEMA)
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
