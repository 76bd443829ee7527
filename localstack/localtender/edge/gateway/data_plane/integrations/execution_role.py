"""The roles by which API Gateway calls services on an API's behalf.

After "API Gateway permissions model for invoking an API" of the developer guide: an integration
names a role that API Gateway may assume, or `arn:aws:iam::*:user/*` for the caller's own identity.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from localtender.edge.authorize.role_trust import trusts_service
from localtender.edge.gateway.data_plane.errors import ApiConfigurationError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.substitution import with_stage_variables
from localtender.engines.client import EngineCallError, EngineClient

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):role/(?:.*/)?(?P<name>[^/]+)")
_CALLERS_OWN = "arn:aws:iam::*:user/*"
_PRINCIPAL = "apigateway.amazonaws.com"
# As long as API Gateway may go on with a role's credentials that it has already.
_KEPT_SECONDS = 60.0


class ExecutionRoles:
    """Finds out whether API Gateway may assume a role, and remembers that for a while."""

    def __init__(self, engine: EngineClient, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._kept: dict[str, float] = {}

    async def account_of(self, exchange: Exchange, credentials: str | None) -> str:
        """The account in which the integration acts.

        Raises ApiConfigurationError where there are no credentials, or a role API Gateway may not
        assume.
        """
        arn = with_stage_variables(credentials or "", exchange.stage_variables)
        if arn == _CALLERS_OWN:
            return exchange.endpoint.account_id
        found = _ROLE.fullmatch(arn)
        if found is None:
            raise ApiConfigurationError(reason=f"Invalid credentials of the integration: {arn}")
        if self._kept.get(arn, 0.0) < self._clock():
            await self._check(found["account"], found["name"], arn, exchange.endpoint.region)
            self._kept[arn] = self._clock() + _KEPT_SECONDS
        return found["account"]

    async def _check(self, account_id: str, name: str, arn: str, region: str) -> None:
        refusal = ApiConfigurationError(
            reason=f"API Gateway does not have permission to assume the provided role {arn}"
        )
        try:
            answer = await self._engine.call(
                "iam", "GetRole", {"RoleName": name}, account_id=account_id, region=region
            )
        except EngineCallError:
            raise refusal from None
        document = answer["Role"].get("AssumeRolePolicyDocument")
        if not trusts_service(document, _PRINCIPAL, source_account=account_id):
            raise refusal
