"""Everything of authorization in one: what the edge, its services and the report take of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.authorize.access_records import AccessRecords
from localtender.edge.authorize.access_report import AccessReport
from localtender.edge.authorize.authentication import Authentication
from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.decisions import Decisions, Mode
from localtender.edge.authorize.identities import Identities
from localtender.edge.authorize.resource_facts import ResourceFacts
from localtender.edge.authorize.resource_policies import FunctionPolicies, ResourcePolicies
from localtender.edge.authorize.sessions import Sessions
from localtender.edge.authorize.stage import AuthorizeStage
from localtender.edge.protocol.credential_scope import DEFAULT_ACCOUNT_ID
from localtender.engines.calls import EngineCalls


class Authorization:
    """Composes the parts; the report is on the default account."""

    def __init__(
        self, engine: EngineCalls, secrets: KnownSecrets, mode: Mode, *, region: str
    ) -> None:
        self.sessions = Sessions()
        self.identities = Identities(engine, sessions=self.sessions)
        self.records = AccessRecords()
        policies, facts = ResourcePolicies(engine), ResourceFacts(engine)
        self.decisions = Decisions(self.identities, policies, facts, self.records, mode)
        self.report = AccessReport(
            engine, self.records, mode, account_id=DEFAULT_ACCOUNT_ID, region=region
        )
        self._policies = policies
        self.stage = AuthorizeStage(
            Authentication(self.identities, secrets, self.sessions),
            self.decisions,
            identities=self.identities,
            sessions=self.sessions,
            policies=policies,
            facts=facts,
        )

    def use_functions(self, functions: FunctionPolicies) -> None:
        """Ask Lambda for the policies of its functions."""
        self._policies.functions = functions


class CredentialsNoted:
    """An engine whose answers about new credentials are noted: those of functions' roles."""

    def __init__(self, engine: EngineCalls, secrets: KnownSecrets) -> None:
        self._engine = engine
        self._secrets = secrets

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        """Call an operation of the engine. Raises EngineCallError."""
        answer = await self._engine.call(
            service, operation, parameters, account_id=account_id, region=region
        )
        if service == "sts" and "Credentials" in answer:
            given = answer["Credentials"]
            self._secrets.add(given["AccessKeyId"], given["SecretAccessKey"])
        return answer
