"""Where things are and on which ports: read once from the environment, then passed down."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENGINES = ("embedded", "localstack", "localstack-host", "localstack-pure", "aws")
AVAILABLE_ENGINES = ("embedded",)
PROVIDERS = ("attached", "registry")
IAM_MODES = ("enforce", "record", "off")
LOOPBACK = "127.0.0.1"
DEFAULT_REGION = "us-east-1"
# Leaves room for the names of the other providers, whose sockets stand beside it.
_SOCKET_PATH_LIMIT = 90
# The name becomes a folder that `down` removes, and "default" is where real deployments live.
_WORKSPACE = re.compile(r"(?!default$)[A-Za-z0-9_][A-Za-z0-9_.-]*")


class ConfigurationError(Exception):
    """A setting has a value that can't be used; the message says which would do."""


@dataclass(frozen=True)
class Configuration:
    """One stack: its folders, ports and engine.

    `workspace` is the Terraform workspace that holds the local state, so that it can never mix
    with the state of a real deployment from the same folder. `region` is where an unsigned request
    counts as sent; a deployment may use another. `provider` says which hashicorp/aws Terraform
    uses: the one that is attached from here, or the one it downloads from its registry. With
    `hot_reload` a change below `lambda/` is served on the next call, without Terraform; with
    `persist` the stack's state survives its end. `iam` says what becomes of a call that policies do
    not allow: refused, noted for the report, or not evaluated at all.
    """

    project_directory: Path
    state_directory: Path
    terraform_directory: Path
    variable_file: Path | None
    edge_port: int
    sandbox_port: int
    engine: str
    region: str
    workspace: str
    provider: str = "attached"
    hot_reload: bool = False
    persist: bool = False
    iam: str = IAM_MODES[0]

    @property
    def endpoint_url(self) -> str:
        """The address of the edge: AWS_ENDPOINT_URL."""
        return f"http://{LOOPBACK}:{self.edge_port}"

    @property
    def sandbox_url(self) -> str:
        """The address of the payment sandboxes."""
        return f"http://{LOOPBACK}:{self.sandbox_port}"

    @property
    def cache_directory(self) -> Path:
        """What every stack of the project shares and may be thrown away: installed packages."""
        return self.project_directory / ".localtender" / "cache"

    @property
    def logs_directory(self) -> Path:
        """Where each process writes its log."""
        return self.state_directory / "logs"

    @property
    def provider_socket(self) -> Path:
        """The unix socket of the Terraform provider.

        A socket's path has at most 107 bytes on Linux and 103 on macOS; below a deep folder it
        stands in the system's temporary directory instead.
        """
        path = self.state_directory / "provider.sock"
        if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"localtender-{digest}.sock"


def read_configuration(
    environment: Mapping[str, str] | None = None, start: Path | None = None
) -> Configuration:
    """Read the configuration of the stack that belongs to the current folder.

    Raises ConfigurationError when a setting is unusable or no project is found.
    """
    variables = os.environ if environment is None else environment
    project = _project_directory(variables, start or Path.cwd())
    engine = variables.get("ENGINE") or "embedded"
    if engine not in ENGINES:
        raise ConfigurationError(f"ENGINE={engine} is unknown; choose one of {', '.join(ENGINES)}.")
    if engine not in AVAILABLE_ENGINES:
        raise ConfigurationError(
            f"ENGINE={engine} is planned and not there yet; "
            f"use ENGINE={AVAILABLE_ENGINES[0]} or leave it out."
        )
    edge_port = _port(variables, "EDGE_PORT", 4566)
    sandbox_port = _port(variables, "SANDBOX_PORT", 4567)
    if edge_port == sandbox_port:
        raise ConfigurationError(f"EDGE_PORT and SANDBOX_PORT are both {edge_port}.")
    terraform = project / (variables.get("TERRAFORM_DIR") or "terraform")
    if not terraform.is_dir():
        raise ConfigurationError(f"TERRAFORM_DIR={terraform} is not a folder.")
    return Configuration(
        project_directory=project,
        state_directory=project / (variables.get("LOCALTENDER_STATE_DIR") or ".localtender"),
        terraform_directory=terraform,
        variable_file=_variable_file(variables, terraform),
        edge_port=edge_port,
        sandbox_port=sandbox_port,
        engine=engine,
        # Not AWS_DEFAULT_REGION, which belongs to the caller's own account: Terraform's variable
        # decides where things are.
        region=variables.get("TF_VAR_region") or DEFAULT_REGION,
        workspace=_workspace(variables),
        provider=_provider(variables),
        hot_reload=_switch(variables, "HOT_RELOAD"),
        persist=_switch(variables, "PERSIST"),
        iam=_iam(variables),
    )


def _iam(variables: Mapping[str, str]) -> str:
    mode = variables.get("IAM") or IAM_MODES[0]
    if mode not in IAM_MODES:
        raise ConfigurationError(f"IAM={mode} is unknown; choose one of {', '.join(IAM_MODES)}.")
    return mode


def _provider(variables: Mapping[str, str]) -> str:
    provider = variables.get("PROVIDER") or PROVIDERS[0]
    if provider not in PROVIDERS:
        raise ConfigurationError(
            f"PROVIDER={provider} is unknown; choose one of {', '.join(PROVIDERS)}."
        )
    return provider


def _project_directory(variables: Mapping[str, str], start: Path) -> Path:
    named = variables.get("LOCALTENDER_PROJECT")
    if named:
        project = Path(named).resolve()
        if not (project / "lambda").is_dir():
            raise ConfigurationError(
                f"LOCALTENDER_PROJECT={named} is no project: it has no folder lambda/."
            )
        return project
    for folder in (start, *start.parents):
        if (folder / "terraform").is_dir() and (folder / "lambda").is_dir():
            return folder.resolve()
    raise ConfigurationError(
        f"No project in {start}: run this in a folder with lambda/ and terraform/, "
        "or name one in LOCALTENDER_PROJECT."
    )


def _switch(variables: Mapping[str, str], name: str) -> bool:
    text = variables.get(name) or "0"
    if text not in ("0", "1"):
        raise ConfigurationError(f"{name}={text} is neither 0 nor 1.")
    return text == "1"


def _variable_file(variables: Mapping[str, str], terraform: Path) -> Path | None:
    named = variables.get("TFVARS")
    file = terraform / (named or "local.tfvars")
    if file.is_file():
        return file
    if named:
        raise ConfigurationError(f"TFVARS={named}: there is no file {file}.")
    return None


def _workspace(variables: Mapping[str, str]) -> str:
    name = variables.get("LOCALTENDER_WORKSPACE") or "localtender"
    if not _WORKSPACE.fullmatch(name):
        raise ConfigurationError(
            f"LOCALTENDER_WORKSPACE={name} can't be used: take letters, digits, - and _, and "
            "another name than default."
        )
    return name


def _port(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name) or str(default)
    usable = text.isascii() and text.isdigit() and len(text) <= 5
    if not usable or not 1024 <= int(text) <= 65535:
        raise ConfigurationError(f"{name}={text} is not a port between 1024 and 65535.")
    return int(text)
