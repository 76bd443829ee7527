"""Patches of an order: JSON Patch (RFC 6902) on the attributes that PayPal lets be changed.

Source: the table of patchable attributes of ``orders.patch`` in the published
``checkout_orders_v2`` description. A purchase unit is pointed at by its reference:
``/purchase_units/@reference_id=='default'/amount``.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.shared.json_documents import JsonObject

_UNIT = re.compile(
    r"/purchase_units/@reference_id=='(?P<reference>[^']*)'(?P<rest>/.*)?", re.DOTALL
)
_ANY = frozenset({"add", "remove", "replace"})
_NOT_ADDED = frozenset({"replace", "remove"})
_SET = frozenset({"add", "replace"})
_REPLACED = frozenset({"replace"})
_OF_THE_ORDER = {
    "/intent": _REPLACED,
    "/payer": _SET,
    "/application_context/client_configuration": _SET,
}
# Below a purchase unit; "" is the unit as a whole.
_OF_A_UNIT = {
    "": _SET,
    "/amount": _REPLACED,
    "/custom_id": _ANY,
    "/description": _ANY,
    "/invoice_id": _ANY,
    "/items": _ANY,
    "/payee/email": _REPLACED,
    "/payee/email_address": _REPLACED,
    "/payment_instruction": _REPLACED,
    "/payment_instruction/disbursement_mode": _REPLACED,
    "/payment_instruction/platform_fees": _ANY,
    "/shipping/address": _SET,
    "/shipping/name": _SET,
    "/shipping/options": _ANY,
    "/shipping/type": _SET,
    "/soft_descriptor": _NOT_ADDED,
    "/supplementary_data/airline": _ANY,
    "/supplementary_data/card": _ANY,
}


def patched(sent: JsonObject, operations: list[JsonObject]) -> JsonObject:
    """Return an order with well-formed operations applied; whether it is valid is not checked.

    Raises:
        PayPalError: an operation can't be carried out; nothing has changed.
    """
    changed = deepcopy(sent)
    changed["purchase_units"] = {unit["reference_id"]: unit for unit in changed["purchase_units"]}
    for number, operation in enumerate(operations):
        _apply(changed, number, operation)
    changed["purchase_units"] = [
        {"reference_id": reference, **unit} if isinstance(unit, dict) else unit
        for reference, unit in changed["purchase_units"].items()
    ]
    return changed


def _apply(order: JsonObject, number: int, operation: JsonObject) -> None:
    verb, path = operation["op"], operation.get("path")
    field = f"/{number}/path"
    if path is None:
        raise issue_error("PATCH_PATH_REQUIRED", field)
    if not path.startswith("/"):
        raise issue_error("INVALID_JSON_POINTER_FORMAT", field, path)
    allowed, steps = _attribute(path, field)
    if verb not in allowed:
        raise issue_error("INVALID_PATCH_OPERATION", field, path)
    if steps[0] == "purchase_units" and len(steps) > 2 and steps[1] not in order[steps[0]]:
        raise issue_error("REFERENCE_ID_NOT_FOUND", field, path)
    if verb != "remove" and "value" not in operation:
        raise issue_error("PATCH_VALUE_REQUIRED", f"/{number}/value")
    parent: Any = order
    for step in steps[:-1]:
        parent = parent.setdefault(step, {})
        if not isinstance(parent, dict):
            raise issue_error("INVALID_PATCH_OPERATION", field, path)
    # RFC 6902: what is removed or replaced must be there; what is added takes its place.
    if verb != "add" and steps[-1] not in parent:
        raise issue_error("INVALID_PATCH_OPERATION", field, path)
    if verb == "remove":
        del parent[steps[-1]]
    else:
        parent[steps[-1]] = deepcopy(operation["value"])


def _attribute(path: str, field: str) -> tuple[frozenset[str], list[str]]:
    """Return what may be done to an attribute, and the steps to it; raises PayPalError."""
    if path in _OF_THE_ORDER:
        return _OF_THE_ORDER[path], path[1:].split("/")
    match = _UNIT.fullmatch(path)
    rest = (match["rest"] or "") if match else ""
    if match is None or rest not in _OF_A_UNIT:
        raise issue_error("NOT_PATCHABLE", field, path)
    steps = rest.split("/")[1:]
    if steps == ["payee", "email"]:
        steps = ["payee", "email_address"]
    return _OF_A_UNIT[rest], ["purchase_units", match["reference"], *steps]
