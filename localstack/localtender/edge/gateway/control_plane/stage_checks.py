"""What a stage may be: its deployment, its variables and its logs.

After "Stage" of the API Gateway API reference and "Set up CloudWatch logging for REST APIs" of the
developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.quotas import check_stage_variables
from localtender.edge.gateway.state import (
    RegionState,
    RestApi,
    Stage,
)

_VARIABLE_VALUE = re.compile(r"[A-Za-z0-9\-._~:/?#&=,]+")
_LOGGING_NEEDS_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"


def check_deployment(api: RestApi, deployment_id: str) -> None:
    """Raise BadRequestException unless the API has the deployment."""
    if deployment_id not in api.deployments:
        raise bad_request("Deployment id does not exist")


def check_variables(variables: Mapping[str, str]) -> None:
    """Raise BadRequestException for a name or a value that a stage variable may not have."""
    for name, value in variables.items():
        if not re.fullmatch(r"[A-Za-z0-9_]+", name):
            raise bad_request(f"Invalid stage variable name specified: {name}")
        if not _VARIABLE_VALUE.fullmatch(value or ""):
            raise bad_request(
                f"Invalid stage variable value: {value}. Please use values with alphanumeric "
                "characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
            )
        check_stage_variables(len(variables), name, value)


def check_logging(changed: Stage, before: Stage, state: RegionState) -> None:
    """Raise BadRequestException for logs without the account's role, or in a form AWS refuses."""
    access_log = changed.access_log_settings
    wants_logging = access_log != before.access_log_settings and access_log is not None
    for path, settings in changed.method_settings.items():
        if settings.logging_level in ("INFO", "ERROR"):
            wants_logging = wants_logging or before.method_settings.get(path) != settings
    if wants_logging and not state.cloudwatch_role_arn:
        raise bad_request(_LOGGING_NEEDS_ROLE)
    if access_log is not None and access_log.format is not None:
        _check_format(access_log.format)


def _check_format(text: str) -> None:
    if "\n" in text.rstrip("\n"):
        raise bad_request(
            "Access Log format must be single line, new line character is allowed only at end of "
            "the format"
        )
    if "$context.requestId" not in text and "$context.extendedRequestId" not in text:
        raise bad_request(
            "Access Log format must contain $context.requestId or $context.extendedRequestId"
        )
