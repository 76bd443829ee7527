"""What a new API takes over from another one: `cloneFrom` of CreateRestApi.

After "CreateRestApi" of the API Gateway API reference. All that has an id gets a new one, so the
two APIs share nothing; deployments and stages stay with the first.
"""

from __future__ import annotations

from dataclasses import replace

from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Method, Model, Resource, RestApi


def copied_content(source: RestApi, new: RestApi) -> RestApi:
    """The new API with what the source answers, who may call it and how that is described."""
    authorizers = {key: short_identifier() for key in source.authorizers}
    validators = {key: short_identifier() for key in source.request_validators}
    resources = {key: short_identifier() for key in source.resources}
    resources[source.root_resource_id] = new.root_resource_id

    def method(found: Method, owner: str) -> Method:
        integration = found.integration
        if integration is not None and integration.cache_namespace == owner:
            integration = replace(integration, cache_namespace=resources[owner])
        return replace(
            found,
            authorizer_id=authorizers.get(found.authorizer_id or ""),
            request_validator_id=validators.get(found.request_validator_id or ""),
            integration=integration,
        )

    def resource(found: Resource) -> Resource:
        return replace(
            found,
            id=resources[found.id],
            parent_id=None if found.parent_id is None else resources[found.parent_id],
            methods={verb: method(item, found.id) for verb, item in found.methods.items()},
        )

    def model(found: Model) -> Model:
        schema = (found.schema or "").replace(
            f"/restapis/{source.id}/models/", f"/restapis/{new.id}/models/"
        )
        return replace(found, id=short_identifier(), schema=schema or None)

    parts = [replace(part, id=short_identifier()) for part in source.documentation_parts.values()]
    return replace(
        new,
        resources={resources[key]: resource(item) for key, item in source.resources.items()},
        models={name: model(item) for name, item in source.models.items()},
        authorizers={
            authorizers[key]: replace(item, id=authorizers[key])
            for key, item in source.authorizers.items()
        },
        request_validators={
            validators[key]: replace(item, id=validators[key])
            for key, item in source.request_validators.items()
        },
        gateway_responses=source.gateway_responses,
        documentation_parts={part.id: part for part in parts},
        binary_media_types=new.binary_media_types or source.binary_media_types,
        minimum_compression_size=source.minimum_compression_size
        if new.minimum_compression_size is None
        else new.minimum_compression_size,
    )
