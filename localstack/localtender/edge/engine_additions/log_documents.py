"""Documents of CloudWatch Logs that an account keeps: saved queries and account policies.

Follows the API reference (PutQueryDefinition, DescribeQueryDefinitions, PutAccountPolicy,
DescribeAccountPolicies). An account policy is kept and given back; log groups do not follow it.
Destinations' tags are kept here too, as the engine has none for them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping

from localtender.edge.engine_additions.calls import Addition, Document, EngineCall, succeeded
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_requests import json_answer, json_error
from localtender.edge.protocol.messages import HttpResponse

_QUERY = "query-definition"
_POLICY = "account-policy"
_TAGS = "destination-tags"
_QUERY_MEMBERS = ("logGroupNames", "name", "parameters", "queryLanguage", "queryString")
_POLICY_MEMBERS = ("policyDocument", "policyName", "policyType", "scope", "selectionCriteria")


class LogDocumentAdditions:
    """Answers what the engine lacks about such documents."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "DeleteAccountPolicy": self._delete_policy,
            "DeleteDestination": self._delete_destination,
            "DeleteQueryDefinition": self._delete_query,
            "DescribeAccountPolicies": self._describe_policies,
            "DescribeQueryDefinitions": self._describe_queries,
            "ListTagsForResource": self._list_tags,
            "PutAccountPolicy": self._put_policy,
            "PutDestination": self._put_destination,
            "PutQueryDefinition": self._put_query,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        return {("logs", name): operation for name, operation in operations.items()}

    async def _put_query(self, call: EngineCall) -> HttpResponse:
        identifier = call.document.get("queryDefinitionId")
        if identifier and self._memory.get(call.scope, _QUERY, identifier) is None:
            return _missing(f"query definition {identifier}")
        identifier = identifier or str(uuid.uuid4())
        definition = _given(call, _QUERY_MEMBERS) | {
            "queryDefinitionId": identifier,
            "lastModified": int(time.time() * 1000),
        }
        self._memory.put(call.scope, _QUERY, identifier, definition)
        return json_answer({"queryDefinitionId": identifier})

    async def _describe_queries(self, call: EngineCall) -> HttpResponse:
        prefix = call.document.get("queryDefinitionNamePrefix") or ""
        found = [each for _, each in self._memory.items(call.scope, _QUERY)]
        listed = [each for each in found if each["name"].startswith(prefix)]
        return json_answer({"queryDefinitions": listed})

    async def _delete_query(self, call: EngineCall) -> HttpResponse:
        identifier = str(call.document.get("queryDefinitionId"))
        if self._memory.remove(call.scope, _QUERY, identifier) is None:
            return _missing(f"query definition {identifier}")
        return json_answer({"success": True})

    async def _put_policy(self, call: EngineCall) -> HttpResponse:
        policy = {"scope": "ALL", **_given(call, _POLICY_MEMBERS)} | {
            "accountId": call.caller.account_id,
            "lastUpdatedTime": int(time.time() * 1000),
        }
        self._memory.put(call.scope, _POLICY, _policy_key(call), policy)
        return json_answer({"accountPolicy": policy})

    async def _describe_policies(self, call: EngineCall) -> HttpResponse:
        wanted, name = call.document.get("policyType"), call.document.get("policyName")
        listed = [
            each
            for _, each in self._memory.items(call.scope, _POLICY)
            if each["policyType"] == wanted and name in (None, each["policyName"])
        ]
        return json_answer({"accountPolicies": listed})

    async def _delete_policy(self, call: EngineCall) -> HttpResponse:
        if self._memory.remove(call.scope, _POLICY, _policy_key(call)) is None:
            return _missing(f"account policy {call.document.get('policyName')}")
        return json_answer({})

    async def _put_destination(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        name = str(call.document.get("destinationName"))
        if succeeded(response) and self._memory.get(call.scope, _TAGS, name) is None:
            self._memory.put(call.scope, _TAGS, name, dict(call.document.get("tags") or {}))
        return response

    async def _delete_destination(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            self._memory.remove(call.scope, _TAGS, str(call.document.get("destinationName")))
        return response

    async def _list_tags(self, call: EngineCall) -> HttpResponse:
        tags = self._tags(call)
        return await call.forward() if tags is None else json_answer({"tags": tags})

    async def _tag(self, call: EngineCall) -> HttpResponse:
        tags = self._tags(call)
        if tags is None:
            return await call.forward()
        added = {**tags, **call.document["tags"]}
        self._memory.put(call.scope, _TAGS, _destination(call), added)
        return json_answer({})

    async def _untag(self, call: EngineCall) -> HttpResponse:
        tags = self._tags(call)
        if tags is None:
            return await call.forward()
        removed = call.document["tagKeys"]
        left = {key: value for key, value in tags.items() if key not in removed}
        self._memory.put(call.scope, _TAGS, _destination(call), left)
        return json_answer({})

    def _tags(self, call: EngineCall) -> dict[str, str] | None:
        return self._memory.get(call.scope, _TAGS, _destination(call))


def _destination(call: EngineCall) -> str:
    return str(call.document.get("resourceArn")).partition(":destination:")[2]


def _policy_key(call: EngineCall) -> str:
    return f"{call.document.get('policyType')}\n{call.document.get('policyName')}"


def _given(call: EngineCall, members: tuple[str, ...]) -> Document:
    return {name: call.document[name] for name in members if name in call.document}


def _missing(what: str) -> HttpResponse:
    return json_error("ResourceNotFoundException", f"The specified {what} does not exist.")
