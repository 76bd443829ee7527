"""Layers: published versions of code that functions share.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import CodeIdentity
    from localtender.edge.functions.resource_policy import ResourcePolicy
    from localtender.edge.protocol.messages import Caller

_ARN = re.compile(
    r"arn:aws[a-zA-Z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):layer:"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<version>\d+))?"
)


@dataclass(frozen=True)
class LayerReference:
    """A layer by its name, or one version of it where `version` is given."""

    account_id: str
    region: str
    name: str
    version: int | None = None

    @property
    def layer_arn(self) -> str:
        """The ARN of the layer itself."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:layer:{self.name}"

    @property
    def arn(self) -> str:
        """The ARN with the version."""
        return f"{self.layer_arn}:{self.version}"


@dataclass(frozen=True)
class LayerVersion:
    """One version of a layer; `created_date` is written as the API has it."""

    reference: LayerReference
    code: CodeIdentity
    created_date: str
    description: str = ""
    license_info: str | None = None
    compatible_runtimes: tuple[str, ...] | None = None
    compatible_architectures: tuple[str, ...] | None = None

    def to_api(self) -> dict[str, Any]:
        """As LayerVersionsListItem."""
        document: dict[str, Any] = {
            "LayerVersionArn": self.reference.arn,
            "Version": self.reference.version,
            "Description": self.description,
            "CreatedDate": self.created_date,
        }
        if self.compatible_runtimes is not None:
            document["CompatibleRuntimes"] = list(self.compatible_runtimes)
        if self.compatible_architectures is not None:
            document["CompatibleArchitectures"] = list(self.compatible_architectures)
        if self.license_info is not None:
            document["LicenseInfo"] = self.license_info
        return document

    def suits(self, runtime: str | None, architecture: str | None) -> bool:
        """Whether it is listed when these are asked for."""
        return (runtime is None or runtime in (self.compatible_runtimes or ())) and (
            architecture is None or architecture in (self.compatible_architectures or ())
        )


@dataclass
class Layer:
    """A layer with its versions and each version's policy. Numbers are never given twice."""

    versions: dict[int, LayerVersion] = field(default_factory=dict)
    policies: dict[int, ResourcePolicy] = field(default_factory=dict)
    last_version: int = 0


class LayerRegistry:
    """Every layer of every account and region."""

    def __init__(self) -> None:
        self._layers: dict[tuple[str, str], dict[str, Layer]] = {}

    @property
    def contents(self) -> dict[tuple[str, str], dict[str, Layer]]:
        """Everything, for a snapshot."""
        return self._layers

    def restore(self, contents: dict[tuple[str, str], dict[str, Layer]]) -> None:
        """Begin with everything that a snapshot had."""
        self._layers.update(contents)

    def reference(self, caller: Caller, name: str, version: int | None = None) -> LayerReference:
        """Read a LayerName parameter, which may be a layer's ARN."""
        found = parse_layer_arn(name)
        if found is None:
            return LayerReference(caller.account_id, caller.region, name, version)
        return LayerReference(found.account_id, found.region, found.name, version or found.version)

    def layer(self, reference: LayerReference) -> Layer | None:
        """The layer, or None while it has never had a version."""
        return self._of(reference.account_id, reference.region).get(reference.name)

    def version(self, reference: LayerReference) -> LayerVersion | None:
        """One version, or None."""
        layer = self.layer(reference)
        return None if layer is None else layer.versions.get(reference.version or 0)

    def make(self, reference: LayerReference) -> Layer:
        """The layer, begun if there is none."""
        return self._of(reference.account_id, reference.region).setdefault(reference.name, Layer())

    def all(self, account_id: str, region: str) -> list[Layer]:
        """The layers of an account in a region, by name."""
        layers = self._of(account_id, region)
        return [layers[name] for name in sorted(layers)]

    def _of(self, account_id: str, region: str) -> dict[str, Layer]:
        return self._layers.setdefault((account_id, region), {})


def parse_layer_arn(arn: str) -> LayerReference | None:
    """Read the ARN of a layer or of one of its versions; None for anything else."""
    match = _ARN.fullmatch(arn)
    if match is None:
        return None
    version = int(match["version"]) if match["version"] else None
    return LayerReference(match["account"], match["region"], match["name"], version)


def layer_version_missing(arn: str) -> Exception:
    """404, naming the version."""
    return errors.not_found(f"Layer version {arn} does not exist.")
