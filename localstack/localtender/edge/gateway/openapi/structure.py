"""The form that an import relies on: what is of another type is left out and told.

Parsers of OpenAPI report such attributes and go on without them; "Errors and warnings from
importing your API into API Gateway" of the developer guide makes warnings of that. The structures
are JSON schemas of the parts that are read; a null stands for an absent attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_Schema = Mapping[str, Any]


class Structure:
    """The form of one kind of node."""

    def __init__(self, schema: _Schema) -> None:
        self._validator = Draft202012Validator(dict(schema))

    def trim(self, node: Any, place: str) -> list[str]:
        """Take out of the node what has another type, and tell what that was.

        `place` is where the node stands in the definition. A node that is itself of another type
        is told and left as it is.
        """
        issues = []
        # From the last to the first, so that positions in a list stay what they are.
        for error in sorted(self._validator.iter_errors(node), key=_order, reverse=True):
            path = list(error.absolute_path)
            value = _removed(node, path) if path else node
            if value is not None:
                where = ".".join(part for part in (place, *map(str, path)) if part)
                issues.append(f"Parse issue: attribute {where} is not of type `{_expected(error)}`")
        return issues[::-1]


_X = "x-amazon-apigateway-"
_STRING: _Schema = {"type": "string"}
_TEXT: _Schema = {"type": ["string", "number", "boolean"]}
_INTEGER: _Schema = {"type": ["integer", "string"], "pattern": r"^\d{1,9}$"}


def _object(values: _Schema | None = None, **members: _Schema) -> _Schema:
    return {"type": "object", "properties": members, "additionalProperties": values or {}}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


_STRINGS = _list(_STRING)
_SECURITY = _list(_object(_STRINGS))
_ENDPOINT = _object(types=_STRINGS, vpcEndpointIds=_STRINGS, ipAddressType=_STRING)
_AUTHORIZER = _object(
    type=_STRING,
    providerARNs=_STRINGS,
    authorizerUri=_STRING,
    authorizerCredentials=_STRING,
    identitySource=_STRING,
    identityValidationExpression=_STRING,
    authorizerResultTtlInSeconds=_INTEGER,
)
_SCHEMES = _object(
    _object(
        type=_STRING,
        name=_STRING,
        **{"in": _STRING, f"{_X}authtype": _STRING, f"{_X}authorizer": _AUTHORIZER},
    )
)
_CONTENT = _object(_object())

PARAMETER = Structure(_object(name=_TEXT, **{"in": _STRING}))
REQUEST_BODY = Structure(_object(content=_CONTENT))
RESPONSE = Structure(_object(headers=_object(), content=_CONTENT))
OPERATION = Structure(
    _object(
        parameters={"type": "array"},
        responses=_object(),
        security=_SECURITY,
        operationId=_TEXT,
        consumes=_STRINGS,
        produces=_STRINGS,
        **{f"{_X}auth": _object(type=_STRING), f"{_X}request-validator": _STRING},
    )
)
PATH_ITEM = Structure(_object(parameters={"type": "array"}))
INTEGRATION = Structure(
    _object(
        type=_STRING,
        httpMethod=_STRING,
        uri=_STRING,
        connectionType=_STRING,
        connectionId=_STRING,
        credentials=_STRING,
        requestParameters=_object(),
        requestTemplates=_object(),
        passthroughBehavior=_STRING,
        contentHandling=_STRING,
        timeoutInMillis=_INTEGER,
        cacheNamespace=_STRING,
        cacheKeyParameters=_STRINGS,
        tlsConfig=_object(insecureSkipVerification={"type": "boolean"}),
        responseTransferMode=_STRING,
        integrationTarget=_STRING,
        responses=_object(
            _object(
                statusCode=_TEXT,
                responseParameters=_object(),
                responseTemplates=_object(),
                contentHandling=_STRING,
            )
        ),
    )
)
_DOCUMENTATION = _object(
    version=_TEXT,
    description=_TEXT,
    documentationParts=_list(_object(location=_object(_TEXT))),
)
DOCUMENTATION = Structure(_object(**{f"{_X}documentation": _DOCUMENTATION}))
DOCUMENT = Structure(
    _object(
        info=_object(title=_TEXT, description=_TEXT, version=_TEXT),
        basePath=_STRING,
        servers=_list(
            _object(
                url=_TEXT,
                variables=_object(_object(default=_TEXT)),
                **{f"{_X}endpoint-configuration": _ENDPOINT},
            )
        ),
        consumes=_STRINGS,
        produces=_STRINGS,
        security=_SECURITY,
        definitions=_object(),
        securityDefinitions=_SCHEMES,
        components=_object(schemas=_object(), securitySchemes=_SCHEMES),
        **{
            f"{_X}binary-media-types": _STRINGS,
            f"{_X}minimum-compression-size": _INTEGER,
            f"{_X}api-key-source": _STRING,
            f"{_X}policy": _object(),
            f"{_X}endpoint-configuration": _ENDPOINT,
            f"{_X}request-validator": _STRING,
            f"{_X}request-validators": _object(_object()),
            f"{_X}gateway-responses": _object(
                _object(
                    statusCode=_TEXT,
                    responseParameters=_object(_STRING),
                    responseTemplates=_object(_STRING),
                )
            ),
            f"{_X}documentation": _DOCUMENTATION,
        },
    )
)


def _removed(node: Any, path: list[str | int]) -> Any:
    *parents, last = path
    for step in parents:
        node = node[step]
    return node.pop(last)


def _order(error: ValidationError) -> list[str]:
    return [str(step).rjust(9, "0") for step in error.absolute_path]


def _expected(error: ValidationError) -> str:
    if error.validator == "pattern":
        return "integer"
    kinds: Any = error.validator_value
    return str(kinds if isinstance(kinds, str) else kinds[0])
