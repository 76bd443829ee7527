"""The environment variables of an execution environment.

Follows https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html and what functions
saw on AWS (LocalStack's ``test_lambda.snapshot.json``, test_lambda_init_environment). A function
sees these and its own, nothing of the emulator's. Two things are added to what AWS documents:
AWS_ENDPOINT_URL, by which SDKs find the emulator, and TMPDIR, a scratch directory of the
environment's own, because /tmp itself is shared by everything on the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.execution.credentials import RoleCredentials
    from localtender.edge.functions.execution.function_log import FunctionLog

RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""A function's configuration may not set these."""


@dataclass(frozen=True)
class EnvironmentPlace:
    """Where one environment runs: its directories, interpreter and log stream."""

    interpreter: Path
    runtime_directory: Path
    runtime_name: str
    task_root: Path
    scratch: Path
    log_stream: str
    log: FunctionLog
    initialization_type: str = "on-demand"
    layers: Path | None = None
    """The function's layers, laid over each other; what AWS has at /opt."""


def environment_variables(
    configuration: FunctionConfiguration,
    place: EnvironmentPlace,
    credentials: RoleCredentials,
    *,
    endpoint_url: str,
    runtime_api: str,
) -> dict[str, str]:
    """Everything the process gets."""
    root, runtime = str(place.task_root), str(place.runtime_directory)
    region = configuration.reference.region
    opt = place.layers or "/opt"
    defaults = {
        "LANG": "en_US.UTF-8",
        "PATH": f"{place.interpreter.parent}:/usr/local/bin:/usr/bin:/bin:{opt}/bin",
        "LD_LIBRARY_PATH": f"{runtime}:{runtime}/lib:{root}:{root}/lib:{opt}/lib",
        "PYTHONPATH": runtime,
        "TZ": ":UTC",
        "TMPDIR": str(place.scratch),
        "AWS_ENDPOINT_URL": endpoint_url,
    }
    fixed = {
        "_HANDLER": configuration.handler,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": configuration.reference.name,
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_size),
        "AWS_LAMBDA_INITIALIZATION_TYPE": place.initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": configuration.logging.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": place.log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "LAMBDA_TASK_ROOT": root,
        "LAMBDA_RUNTIME_DIR": runtime,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
    }
    if configuration.logging.log_format == "JSON":
        fixed["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        fixed["AWS_LAMBDA_LOG_LEVEL"] = configuration.logging.application_level or "INFO"
    return {**defaults, **(configuration.environment or {}), **fixed}


def exec_wrapper(configuration: FunctionConfiguration, place: EnvironmentPlace) -> str | None:
    """The script of AWS_LAMBDA_EXEC_WRAPPER, where AWS's /opt and /var/task stand here.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html: it is given the command that
    starts the runtime and starts it in its own way.
    """
    named = (configuration.environment or {}).get("AWS_LAMBDA_EXEC_WRAPPER")
    if not named:
        return None
    for prefix, here in (("/opt/", place.layers), ("/var/task/", place.task_root)):
        if here is not None and named.startswith(prefix):
            return str(here / named.removeprefix(prefix))
    return named


def concerns_the_start(configuration: FunctionConfiguration) -> bool:
    """Whether the function sets what an interpreter or the loader reads before any code runs."""
    return any(
        name.startswith(("PYTHON", "LD_", "LC_")) or name in ("LANG", "MALLOC_ARENA_MAX")
        for name in configuration.environment or {}
    )
