"""Published versions.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters


def publish(function: Function, description: str | None = None) -> FunctionConfiguration:
    """Publish $LATEST, or return the last version when nothing has changed since."""
    latest = function.latest
    last = function.versions.get(str(function.last_version))
    if last is not None and _content(last) == _content(latest):
        return last
    function.last_version += 1
    number = str(function.last_version)
    version = replace(
        latest.renewed(),
        reference=latest.reference.qualified(number),
        description=latest.description if description is None else description,
    )
    function.versions[number] = version
    function.latest = latest.renewed()
    return version


def _content(configuration: FunctionConfiguration) -> tuple[object, ...]:
    return (
        *configuration.execution_key(),
        configuration.tracing_mode,
        configuration.dead_letter_target,
        configuration.architectures,
        repr(configuration.further),
    )


class VersionOperations:
    """PublishVersion and ListVersionsByFunction."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {"PublishVersion": self.publish, "ListVersionsByFunction": self.list}

    async def publish(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PublishVersion."""
        reference = self._registry.reference(caller, parameters["FunctionName"])
        function = self._registry.get(reference, named=reference.unqualified_arn)
        latest = function.latest
        revision_id, sha256 = parameters.get("RevisionId"), parameters.get("CodeSha256")
        if revision_id and revision_id != latest.revision_id:
            raise errors.precondition_failed()
        if sha256 and sha256 != latest.code.sha256:
            raise errors.invalid_parameter(
                f"CodeSHA256 ({sha256}) is different from current CodeSHA256 in $LATEST "
                f"({latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST."
            )
        return publish(function, parameters.get("Description") or None).to_api()

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListVersionsByFunction."""
        reference = self._registry.reference(caller, parameters["FunctionName"])
        function = self._registry.get(reference, named=reference.unqualified_arn)
        versions = [function.latest.to_api(arn=reference.qualified(LATEST).arn)]
        versions += [version.to_api() for version in function.versions.values()]
        for version in versions:
            del version["State"], version["LastUpdateStatus"], version["RuntimeVersionConfig"]
        shown, marker = page(versions, parameters)
        return {"Versions": shown, "NextMarker": marker}
