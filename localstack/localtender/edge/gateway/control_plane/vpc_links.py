"""VPC links: CreateVpcLink, GetVpcLink(s), UpdateVpcLink, DeleteVpcLink.

After "VpcLink" of the API Gateway API reference; members, states and messages as recorded on AWS in
LocalStack's `test_apigateway_api.snapshot.json` (`TestApiGatewayVpcLink`). A link is ready as soon
as it is made; there is no network behind it, integrations call their URI.
"""

from __future__ import annotations

from collections.abc import Mapping

from localtender.edge.gateway.control_plane.family import RegionFamily
from localtender.edge.gateway.control_plane.lookup import present
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import VPC_LINKS
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import RegionState, VpcLink
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class VpcLinks(RegionFamily[VpcLink]):
    """The operations on VPC links."""

    field = "vpc_links"
    parameter = "vpcLinkId"
    missing = "Invalid Vpc Link identifier specified"
    quota = VPC_LINKS

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateVpcLink": self.create_vpc_link,
            "GetVpcLink": self.get_one,
            "GetVpcLinks": self.get_page,
            "UpdateVpcLink": self.update,
            "DeleteVpcLink": self.delete,
        }

    async def create_vpc_link(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new link to a network load balancer; AWS answers before it is ready."""
        new = VpcLink(
            id=short_identifier(),
            name=_checked_name(parameters["name"]),
            target_arns=_checked_targets(parameters["targetArns"]),
            description=parameters.get("description") or None,
            tags=dict(parameters.get("tags") or {}),
        )
        self._add(caller, self._store.state_of(caller), new)
        return {**_described(new), "status": "PENDING", "tags": dict(new.tags) or None}

    def _key(self, entity: VpcLink) -> str:
        return entity.id

    def _describe(self, entity: VpcLink) -> Parameters:
        return {**_described(entity), **_READY, "tags": dict(entity.tags)}

    def _describe_listed(self, entity: VpcLink, parameters: Parameters) -> Parameters:
        del parameters
        return {**_described(entity), **_READY, "tags": dict(entity.tags) or None}

    def _patched(self, owner: RegionState, found: VpcLink, parameters: Parameters) -> VpcLink:
        del owner
        return _PATCHES.apply(found, parameters)

    def _check_unused(self, owner: RegionState, found: VpcLink) -> None:
        places = [
            f"{method.http_method}:{resource.id}:{stage.name}"
            for api in owner.rest_apis.values()
            for stage in api.stages.values()
            for resource in api.deployments[stage.deployment_id].snapshot.resources.values()
            for method in resource.methods.values()
            if method.integration is not None and method.integration.connection_id == found.id
        ]
        if places:
            raise bad_request(
                f"Cannot delete vpc link. Vpc link '{found.id}', is referenced in "
                f"[{', '.join(places)}] in format of [Method:Resource:Stage]."
            )


_READY = {"status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"}


def _described(found: VpcLink) -> Parameters:
    return present(
        id=found.id,
        name=found.name,
        description=found.description,
        targetArns=list(found.target_arns),
    )


def _checked_name(name: str | None) -> str:
    if not name:
        raise bad_request("Name cannot be empty")
    return name


def _checked_targets(arns: list[str]) -> tuple[str, ...]:
    if len(arns) != 1:
        raise bad_request("Exactly one target ARN must be specified")
    for arn in arns:
        if not arn.startswith("arn:") or len(arn.split(":", 5)) != 6:
            raise bad_request(f"Invalid ARN. ARN is not well formed {arn}")
    return tuple(arns)


def _patch_name(found: VpcLink, patch: Patch) -> VpcLink:
    _checked_name(patch.value)
    changed: VpcLink = set_text("name")(found, patch)
    return changed


_PATCHES: PatchRules[VpcLink] = PatchRules(
    PatchRule("/name", ("replace",), _patch_name),
    PatchRule("/description", ("replace",), set_text("description")),
    refusal=listing_refusal,
)
