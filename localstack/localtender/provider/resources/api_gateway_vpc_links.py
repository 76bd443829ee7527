"""Amazon API Gateway: links of REST APIs to load balancers in private networks.

Arguments and replace rules follow the documentation of ``aws_api_gateway_vpc_link``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    gateway_arn,
    given,
)
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values


class VpcLink(Resource):
    """``aws_api_gateway_vpc_link``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_vpc_link"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("target_arns",)

    def create(self, call: Call, planned: Values) -> Values:
        """Create the link and wait until it is usable."""
        request = given(
            {
                "description": planned["description"],
                "name": planned["name"],
                "tags": planned["tags_all"],
                "targetArns": planned["target_arns"],
            }
        )
        identifier = call.client().create_vpc_link(**request)["id"]
        call.created({"id": identifier})
        _wait_until_available(call, identifier)
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the link."""
        return _link_state(call, call.client().get_vpc_link(vpcLinkId=state["id"]))

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        paths = {"description": "/description", "name": "/name"}
        call.client().update_vpc_link(
            vpcLinkId=change.prior["id"], patchOperations=list(argument_patches(change, paths))
        )
        _wait_until_available(call, change.prior["id"])

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the link."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the link, and wait until it is gone."""
        call.client().delete_vpc_link(vpcLinkId=state["id"])

        def is_gone() -> bool:
            try:
                call.client().get_vpc_link(vpcLinkId=state["id"])
            except Exception as failure:
                if error_code(failure) not in NOT_FOUND:
                    raise
                return True
            return False

        call.wait(is_gone, awaited=f"VPC link {state['id']} to be deleted", operation="delete")


class VpcLinkData(DataSource):
    """``aws_api_gateway_vpc_link``; finds a link by its name."""

    type_name = "aws_api_gateway_vpc_link"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """Find the one link of that name."""
        pages = call.client().get_paginator("get_vpc_links").paginate()
        links = [
            link
            for page in pages
            for link in page.get("items", [])
            if link.get("name") == config["name"]
        ]
        if len(links) != 1:
            raise OperationError(f"{len(links)} VPC links have the name {config['name']!r}, not 1")
        (link,) = links
        return {
            **_link_state(call, link),
            "id": link["id"],
            "status": link.get("status"),
            "status_message": link.get("statusMessage"),
        }


def _link_state(call: Call, link: Values) -> Values:
    return {
        "arn": gateway_arn(call, f"/vpclinks/{link['id']}"),
        "description": link.get("description"),
        "name": link["name"],
        "tags": link.get("tags") or {},
        "target_arns": link["targetArns"],
    }


def _wait_until_available(call: Call, identifier: str) -> None:
    def is_available() -> bool:
        link = call.client().get_vpc_link(vpcLinkId=identifier)
        if link["status"] == "FAILED":
            raise OperationError(f"VPC link {identifier} failed: {link.get('statusMessage')}")
        return bool(link["status"] == "AVAILABLE")

    call.wait(is_available, awaited=f"VPC link {identifier} to be available")
