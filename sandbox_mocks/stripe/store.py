"""Stripe's objects, kept as the documents that the API shows, by kind and owner."""

from __future__ import annotations

import copy
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from sandbox_mocks.stripe.answers import invalid_request, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.parameters import Parameters

_LARGEST_PAGE, _DEFAULT_PAGE = 100, 10
_DEEPEST_EXPANSION = 4

PREFIXES = {
    "account": "acct",
    "balance_transaction": "txn",
    "bank_account": "ba",
    "charge": "ch",
    "customer": "cus",
    "event": "evt",
    "payment_intent": "pi",
    "payment_method": "pm",
    "payout": "po",
    "refund": "re",
    "token": "tok",
    "transfer": "tr",
    "transfer_reversal": "trr",
    "webhook_endpoint": "we",
}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


class ObjectStore:
    """All objects of the platform (owner "") and of its connected accounts."""

    def __init__(self, clock: VirtualClock, identifiers: IdentifierSource) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._objects: dict[tuple[str, str], dict[str, JsonObject]] = {}

    def add(self, kind: str, owner: str, fields: Mapping[str, Any]) -> JsonObject:
        """Add an object; `id`, `object`, `created` and `livemode` are made up here."""
        document: JsonObject = {
            "id": f"{PREFIXES[kind]}_{self._identifiers.letters(24)}",
            "object": kind,
            "created": int(self._clock.now()),
            "livemode": False,
            **fields,
        }
        self._objects.setdefault((owner, kind), {})[document["id"]] = document
        return document

    def find(self, kind: str, owner: str, identifier: str, *, param: str = "id") -> JsonObject:
        """Return an object; raises StripeError."""
        found = self._objects.get((owner, kind), {}).get(identifier)
        if found is None:
            raise missing(kind.replace("_", " ") if param == "id" else kind, identifier, param)
        return found

    def remove(self, kind: str, owner: str, identifier: str) -> JsonObject:
        """Delete an object and return what says so; raises StripeError."""
        self.find(kind, owner, identifier)
        del self._objects[owner, kind][identifier]
        return {"id": identifier, "object": kind, "deleted": True}

    def all(self, kind: str, owner: str | None = None) -> list[JsonObject]:
        """Return all objects of a kind, oldest first; of every owner unless one is named."""
        return [
            document
            for (whose, what), documents in self._objects.items()
            if what == kind and owner in (None, whose)
            for document in documents.values()
        ]

    def page(
        self,
        url: str,
        rows: Iterable[JsonObject],
        parameters: Parameters,
    ) -> JsonObject:
        """Return a page of a list, the newest first; raises StripeError."""
        limit = parameters.integer("limit", least=1, most=_LARGEST_PAGE) or _DEFAULT_PAGE
        after, before = parameters.text("starting_after"), parameters.text("ending_before")
        if after is not None and before is not None:
            message = "You cannot parameterize both starting_after and ending_before."
            raise invalid_request(message, param="ending_before")
        found = list(reversed(list(rows)))
        places = {row["id"]: place for place, row in enumerate(found)}
        for name, cursor in (("starting_after", after), ("ending_before", before)):
            if cursor is not None and cursor not in places:
                raise missing("object", cursor, name)
        if before is not None:
            earlier = found[: places[before]]
            shown, has_more = earlier[-limit:], len(earlier) > limit
        else:
            rest = found[places[after] + 1 :] if after is not None else found
            shown, has_more = rest[:limit], len(rest) > limit
        return {"object": "list", "url": url, "has_more": has_more, "data": shown}

    def expanded(self, document: JsonObject, paths: Iterable[str], owner: str) -> JsonObject:
        """Return a document with the ids at some dotted paths replaced by their objects."""
        shown = copy.deepcopy(document)
        for path in paths:
            names = path.split(".")
            if len(names) > _DEEPEST_EXPANSION:
                message = "You cannot expand more than 4 levels of a property."
                raise invalid_request(message, param="expand")
            self._expand(shown, names, path, owner)
        return shown

    def reset(self) -> None:
        """Forget all objects."""
        self._objects.clear()

    def _expand(self, value: Any, names: list[str], path: str, owner: str) -> None:
        if isinstance(value, list):
            for each in value:
                self._expand(each, names, path, owner)
            return
        if value is None:
            return
        name, *rest = names
        if not isinstance(value, dict) or name not in value:
            message = f"This property cannot be expanded ({path})."
            raise invalid_request(message, param="expand")
        if isinstance(value[name], str):
            value[name] = self._by_id(value[name], owner, path)
        if rest:
            self._expand(value[name], rest, path, owner)

    def _by_id(self, identifier: str, owner: str, path: str) -> JsonObject:
        kind = _KINDS.get(identifier.partition("_")[0])
        for whose in (owner, ""):
            found = self._objects.get((whose, kind or ""), {}).get(identifier)
            if found is not None:
                return copy.deepcopy(found)
        raise invalid_request(f"This property cannot be expanded ({path}).", param="expand")


def matching(
    rows: Iterable[JsonObject], parameters: Parameters, names: Iterable[str]
) -> list[JsonObject]:
    """Return the rows whose fields are what parameters of the same names say."""
    wanted = {name: text for name in names if (text := parameters.text(name)) is not None}
    checks = _created_checks(parameters)
    return [
        row
        for row in rows
        if all(row.get(name) == text for name, text in wanted.items())
        and all(check(row["created"]) for check in checks)
    ]


def _created_checks(parameters: Parameters) -> list[Callable[[int], bool]]:
    """Read ``created``: a time, or bounds by gt, gte, lt, lte."""
    if "created" not in parameters:
        return []
    if not parameters.is_nested("created"):
        exact = parameters.integer("created", least=0)
        return [lambda created: created == exact]
    bounds = parameters.nested("created")
    if bounds is None:
        return []
    checks = [
        _bounded(holds, bound)
        for name, holds in (("gt", gt), ("gte", ge), ("lt", lt), ("lte", le))
        if (bound := bounds.integer(name, least=0)) is not None
    ]
    bounds.finish()
    return checks


def _bounded(holds: Callable[[int, int], bool], bound: int) -> Callable[[int], bool]:
    return lambda created: holds(created, bound)
