"""The errors that a service can answer: those of botocore's model, and the documented others."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from localtender.edge.faults.documented_errors import (
    COMMON_ERRORS,
    EXECUTE_API_ERRORS,
    FUNCTION_URL_ERRORS,
    SERVICE_ERRORS,
    STATUS_OF_JSON_SERVICES,
    ErrorCode,
)
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_names import services_of_signing_name, signing_names

EXECUTE_API = "execute-api"
FUNCTION_URL = "lambda-url"
_DEPLOYED = {EXECUTE_API: EXECUTE_API_ERRORS, FUNCTION_URL: FUNCTION_URL_ERRORS}

# Of an operation's own errors the first of these is how it is throttled, and of the service's own.
_THROTTLES_OF_OPERATIONS = (
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestThrottled",
    "RequestLimitExceeded",
    "Throttled",
)
_THROTTLES_OF_SERVICES = (
    "SlowDown",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestThrottled",
    "RequestLimitExceeded",
)
_INTERNAL = re.compile(
    r"(KMS)?Internal(Server|Service|Failure|Error|Exception|Fault).*|InternalException"
    r"|Service(Exception|Failure\w*)"
)
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)")
_TAG = re.compile(r"<[^>]+>")


class ErrorCodes:
    """Looks up errors by the service's name in botocore, its signing name, or `execute-api` and
    `lambda-url` for what was deployed.
    """

    def __init__(self, models: ServiceModels) -> None:
        self._models = models
        self._known: dict[str, Mapping[str, ErrorCode]] = {}

    def services(self) -> tuple[str, ...]:
        """Every name by which a service may be called."""
        return tuple(sorted({*_modelled(), *signing_names(), *_DEPLOYED}))

    def models_of(self, service: str) -> tuple[ServiceModel, ...]:
        """The models behind a name; none for what was deployed, or for an unknown name."""
        names = services_of_signing_name(service)
        if service not in names:
            names = (service, *names)
        return tuple(self._models.get(name) for name in names if name in _modelled())

    def of_service(self, service: str) -> Mapping[str, ErrorCode]:
        """The errors of a service by code; the common ones alone for an unknown one."""
        known = self._known.get(service)
        if known is None:
            known = self._known[service] = self._read(service)
        return known

    def throttling(self, service: str, operation: str) -> ErrorCode:
        """How the service says that an operation is called too often."""
        known = self.of_service(service)
        if service in _DEPLOYED:
            return known["TooManyRequestsException"]
        own = self._codes_of_operation(service, operation)
        for code in _THROTTLES_OF_OPERATIONS:
            if code in own:
                return known[code]
        models = self.models_of(service)
        answers_xml = any(model.metadata["protocol"] in ("query", "rest-xml") for model in models)
        last = "Throttling" if answers_xml else "ThrottlingException"
        specific = {*SERVICE_ERRORS.get(service, {}), *own}
        for code in _THROTTLES_OF_SERVICES:
            if code in specific or (not answers_xml and code in _modelled_codes(models)):
                return known[code]
        return known[last]

    def server_errors(self, service: str) -> tuple[ErrorCode, ...]:
        """What a service answers when it is itself at fault: a failure inside, or unavailable."""
        known = self.of_service(service)
        if service in _DEPLOYED:
            return known["InternalServerErrorException"], known["ServiceUnavailableException"]
        inside = [code for code in known if _INTERNAL.fullmatch(code)]
        documented = SERVICE_ERRORS.get(service, {})
        inside.sort(key=lambda code: (code not in documented, code in COMMON_ERRORS, code))
        first = inside[0] if inside else "InternalFailure"
        unavailable = next(
            (code for code in ("ServiceUnavailable", "Unavailable") if code in known), first
        )
        if service == "ec2":
            unavailable = "Unavailable"
        return known[first], known[unavailable]

    def _read(self, service: str) -> Mapping[str, ErrorCode]:
        if service in _DEPLOYED:
            return _DEPLOYED[service]
        models = self.models_of(service)
        is_json = any(model.metadata["protocol"] == "json" for model in models)
        found = {
            code: ErrorCode(code, STATUS_OF_JSON_SERVICES, error.message)
            if is_json and error.status == 403
            else error
            for code, error in COMMON_ERRORS.items()
        }
        # Where services share a name, the likelier one comes first and has its way.
        for model in reversed(models):
            found.update((error.code, error) for error in map(_of_shape, model.error_shapes))
            found.update(SERVICE_ERRORS.get(model.service_name, {}))
        return found

    def _codes_of_operation(self, service: str, operation: str) -> frozenset[str]:
        for model in self.models_of(service):
            if operation in model.operation_names:
                shapes = model.operation_model(operation).error_shapes
                return frozenset(_code(shape) for shape in shapes)
        return frozenset()


def _modelled_codes(models: Iterable[ServiceModel]) -> frozenset[str]:
    return frozenset(_code(shape) for model in models for shape in model.error_shapes)


def _code(shape: Any) -> str:
    return str(shape.metadata.get("error", {}).get("code") or shape.name)


def _of_shape(shape: Any) -> ErrorCode:
    code = _code(shape)
    status = shape.metadata.get("error", {}).get("httpStatusCode")
    if status is None:
        common = COMMON_ERRORS.get(code)
        if _INTERNAL.fullmatch(code):
            status = 500
        else:
            status = 400 if common is None or common.status == 403 else common.status
    return ErrorCode(code, int(status), _first_sentence(shape.documentation) or code)


def _first_sentence(documentation: str) -> str:
    text = " ".join(html.unescape(_TAG.sub(" ", documentation)).split())
    found = _SENTENCE.match(text)
    return found[1] if found else text


@lru_cache(maxsize=1)
def _modelled() -> frozenset[str]:
    return frozenset(Loader().list_available_services("service-2"))
