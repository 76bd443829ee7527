"""Amazon API Gateway: certificates by which backends recognise the gateway.

Arguments follow the documentation of ``aws_api_gateway_client_certificate``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    gateway_arn,
    given,
    timestamp,
)
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values


class ClientCertificate(Resource):
    """``aws_api_gateway_client_certificate``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_client_certificate"
    service = "apigateway"
    gone = NOT_FOUND

    def create(self, call: Call, planned: Values) -> Values:
        """Have a certificate made."""
        request = given({"description": planned["description"], "tags": planned["tags_all"]})
        return {"id": call.client().generate_client_certificate(**request)["clientCertificateId"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the certificate."""
        found = call.client().get_client_certificate(clientCertificateId=state["id"])
        return {
            "arn": gateway_arn(call, f"/clientcertificates/{state['id']}"),
            "created_date": timestamp(found["createdDate"]),
            "description": found.get("description"),
            "expiration_date": timestamp(found["expirationDate"]),
            "pem_encoded_certificate": found["pemEncodedCertificate"],
            "tags": found.get("tags", {}),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the description."""
        operations = list(argument_patches(change, {"description": "/description"}))
        call.client().update_client_certificate(
            clientCertificateId=change.prior["id"], patchOperations=operations
        )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the certificate."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the certificate, which no stage may show any more."""
        call.client().delete_client_certificate(clientCertificateId=state["id"])
