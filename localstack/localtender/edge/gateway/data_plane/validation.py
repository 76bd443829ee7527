"""Request validation before the integration is called.

After "Request validation for REST APIs in API Gateway" of the developer guide: required
parameters must be there and not blank; a body is checked against the model of its content type,
by JSON schema draft 4. Models refer to each other by
`https://apigateway.amazonaws.com/restapis/API/models/NAME`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4

from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    BadRequestBodyError,
    BadRequestParametersError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.request_parameters import request_parameter
from localtender.edge.gateway.data_plane.validation_messages import (
    UNREADABLE,
    validation_message,
)
from localtender.edge.gateway.state import Method, Model, RestApi

_MOST_ERRORS_TOLD = 20


class RequestChecks:
    """What a method's request validator demands; made once for a deployment's method."""

    def __init__(self, api: RestApi, method: Method) -> None:
        validator = api.request_validators.get(method.request_validator_id or "")
        self._required: tuple[str, ...] = ()
        self._bodies: dict[str, Draft4Validator] = {}
        if validator is None:
            return
        if validator.validate_request_parameters:
            self._required = tuple(
                sorted(name for name, needed in (method.request_parameters or {}).items() if needed)
            )
        if validator.validate_request_body:
            registry = _registry(api)
            self._bodies = {
                media_type: Draft4Validator(
                    _schema(api.models[name]),
                    registry=registry,
                    format_checker=Draft4Validator.FORMAT_CHECKER,
                )
                for media_type, name in (method.request_models or {}).items()
                if name in api.models
            }

    def check(self, exchange: Exchange) -> None:
        """Raise BadRequestParametersError or BadRequestBodyError where the request falls short."""
        missing = [
            name.split(".", 3)[3]
            for name in self._required
            if not (request_parameter(exchange, name) or "").strip()
        ]
        if missing:
            raise BadRequestParametersError(
                f"Missing required request parameters: [{', '.join(missing)}]"
            )
        validator = self._body_validator(exchange)
        if validator is not None:
            _check_body(validator, exchange.request.body)

    def _body_validator(self, exchange: Exchange) -> Draft4Validator | None:
        if not self._bodies:
            return None
        sent = (exchange.header("Content-Type") or "application/json").split(";")[0]
        return self._bodies.get(sent.strip().lower()) or self._bodies.get("$default")


def _check_body(validator: Draft4Validator, body: bytes) -> None:
    try:
        document = parse_json(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequestBodyError(
            reason=f"The body is not JSON: {error}", validation_errors=f"[{UNREADABLE}]"
        ) from None
    try:
        found = list(islice(validator.iter_errors(document), _MOST_ERRORS_TOLD))
    except (ArithmeticError, RecursionError) as error:
        # A number or a nesting that no rule of the model can be applied to.
        raise BadRequestBodyError(
            reason=f"The body cannot be checked: {error}", validation_errors=f"[{UNREADABLE}]"
        ) from None
    except (Unresolvable, SchemaError, re.error) as error:
        raise ApiConfigurationError(reason=f"The model cannot be used: {error}") from None
    if found:
        # One missing property is one error to jsonschema, to AWS all of them together are one.
        sentences = dict.fromkeys(validation_message(error) for error in found)
        raise BadRequestBodyError(validation_errors=f"[{', '.join(sentences)}]")


def parse_json(text: bytes | str) -> Any:
    """A JSON document with exact decimals; raises ValueError, for NaN and Infinity as well."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _schema(model: Model) -> Any:
    return parse_json(model.schema or "{}")


def _registry(api: RestApi) -> Registry[Any]:
    resources = [
        (
            f"https://apigateway.amazonaws.com/restapis/{api.id}/models/{model.name}",
            DRAFT4.create_resource(_schema(model)),
        )
        for model in api.models.values()
        if _is_json(model)
    ]
    registry: Registry[Any] = Registry()
    return registry.with_resources(resources)


def _is_json(model: Model) -> bool:
    try:
        return isinstance(_schema(model), Mapping)
    except ValueError:
        return False
