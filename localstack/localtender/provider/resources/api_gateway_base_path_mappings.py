"""Amazon API Gateway: the APIs below the paths of a custom domain name.

Arguments and replace rules follow the documentation of ``aws_api_gateway_base_path_mapping``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.api_gateway_domain_names import domain_key
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values

_WHOLE_DOMAIN: Final = "(none)"


class BasePathMapping(Resource):
    """``aws_api_gateway_base_path_mapping``; its id is made of domain and base path."""

    type_name = "aws_api_gateway_base_path_mapping"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("domain_name",)
    recomputed = {"id": ("base_path",)}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the API below the path."""
        request = given(
            {
                **domain_key(planned),
                "basePath": planned["base_path"],
                "restApiId": planned["api_id"],
                "stage": planned["stage_name"],
            }
        )
        call.client().create_base_path_mapping(**request)
        return _identity(planned)

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the mapping."""
        mapping = call.client().get_base_path_mapping(**_key(state))
        path = mapping.get("basePath")
        return {
            "api_id": mapping["restApiId"],
            "base_path": None if path == _WHOLE_DOMAIN else path,
            "stage_name": mapping.get("stage"),
        }

    def update(self, call: Call, change: Change) -> Values:
        """Patch what changed; a new base path is a new id."""
        paths = {"api_id": "/restapiId", "base_path": "/basePath", "stage_name": "/stage"}
        operations = list(argument_patches(change, paths))
        call.client().update_base_path_mapping(**_key(change.prior), patchOperations=operations)
        return _identity(change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the API away from the path."""
        call.client().delete_base_path_mapping(**_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``DOMAIN-NAME/BASE-PATH`` apart, which ``/DOMAIN-NAME-ID`` may follow."""
        domain, *parts = identifier.split("/", 2)
        if not domain or not parts:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected "
                "DOMAIN-NAME/BASE-PATH or DOMAIN-NAME/BASE-PATH/DOMAIN-NAME-ID"
            )
        return {
            "base_path": parts[0] or None,
            "domain_name": domain,
            "domain_name_id": parts[1] if len(parts) > 1 else None,
            "id": identifier,
        }


def _key(values: Values) -> Values:
    return {**domain_key(values), "basePath": values["base_path"] or _WHOLE_DOMAIN}


def _identity(values: Values) -> Values:
    parts = [values["domain_name"], values["base_path"] or ""]
    return {"id": "/".join([*parts, *filter(None, [values["domain_name_id"]])])}
