"""MOCK integrations: an answer without a backend, as CORS preflight uses it.

After "Mock integrations for REST APIs in API Gateway" of the developer guide: the request template
gives `{"statusCode": N}`, which chooses the integration response.
"""

from __future__ import annotations

import re

from localtender.edge.gateway.data_plane.errors import InternalServerError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.integrations.transformation import (
    select_response,
    transformed_request,
    transformed_response,
)
from localtender.edge.gateway.state import Integration
from localtender.edge.protocol.messages import HttpResponse


class MockIntegration:
    """Answers by itself."""

    async def call(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """The method response that the request template chooses.

        Raises InternalServerError where the template gives no status code.
        """
        request = transformed_request(exchange, integration)
        status = _status_code(request.body.decode(errors="replace"))
        exchange.integration_status = status
        return transformed_response(exchange, select_response(integration, str(status)), {}, b"")


# AWS reads the document loosely: keys may be without quotes, as frameworks write them.
_STATUS_CODE = re.compile(r"""\s*\{.*?(?<!\w)["']?statusCode["']?\s*:\s*["']?(\d{3})(?!\d)""", re.S)


def _status_code(text: str) -> int:
    found = _STATUS_CODE.match(text)
    if found is None:
        raise InternalServerError(
            reason=f"The mock's request template gives no statusCode: {text[:200]}"
        )
    return int(found[1])
