"""Conditions of policy statements.

After "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or
values" of the IAM user guide: all conditions must hold, one of a condition's values suffices, and a
negated operator holds where the key is absent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from localtender.edge.authorize.matching import matches_arn, wildcard, with_variables
from localtender.edge.authorize.policy_documents import MalformedPolicyError

Context = Mapping[str, tuple[str, ...]]
_Compare = Callable[[str, str], bool]


def conditions_hold(
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...], context: Context
) -> bool:
    """Whether all conditions hold; raises MalformedPolicyError for an unknown operator."""
    return all(_holds(operator, key, values, context) for operator, key, values in conditions)


def _holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    if plain == "Null":
        wants_absence = [value.lower() == "true" for value in values]
        return (not context.get(key.lower())) in wants_absence
    if_exists = plain.endswith("IfExists")
    name = plain.removesuffix("IfExists")
    negated, compare = _operator(name)
    given = context.get(key.lower(), ())
    if not given:
        return if_exists or negated or quantifier == "ForAllValues"
    wanted = [
        resolved for value in values if (resolved := with_variables(value, context)) is not None
    ]

    def fits(text: str) -> bool:
        return any(compare(value, text) for value in wanted) is not negated

    match quantifier:
        case "ForAllValues":
            return all(fits(text) for text in given)
        case "ForAnyValue" | "":
            return any(fits(text) for text in given)
        case _:
            raise MalformedPolicyError(f"unknown condition operator {operator}")


def _operator(name: str) -> tuple[bool, _Compare]:
    positive = {"NotIpAddress": "IpAddress"}.get(name) or name.replace("Not", "", 1)
    compare = _COMPARISONS.get(positive)
    if compare is None:
        raise MalformedPolicyError(f"unknown condition operator {name}")
    return positive != name, compare


def _number(compare: Callable[[float, float], bool]) -> _Compare:
    def compared(value: str, given: str) -> bool:
        try:
            return compare(float(given), float(value))
        except ValueError:
            return False

    return compared


def _date(compare: Callable[[float, float], bool]) -> _Compare:
    def compared(value: str, given: str) -> bool:
        try:
            return compare(_epoch(given), _epoch(value))
        except ValueError:
            return False

    return compared


def _epoch(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return datetime.fromisoformat(text).timestamp()


def _in_network(value: str, given: str) -> bool:
    try:
        return ipaddress.ip_address(given) in _network(value)
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _literal(value: str) -> str:
    return value.replace("\\*", "*").replace("\\?", "?")


_COMPARISONS: dict[str, _Compare] = {
    "StringEquals": lambda value, given: _literal(value) == given,
    "StringEqualsIgnoreCase": lambda value, given: _literal(value).lower() == given.lower(),
    "StringLike": lambda value, given: wildcard(value).fullmatch(given) is not None,
    "NumericEquals": _number(lambda given, value: given == value),
    "NumericLessThan": _number(lambda given, value: given < value),
    "NumericLessThanEquals": _number(lambda given, value: given <= value),
    "NumericGreaterThan": _number(lambda given, value: given > value),
    "NumericGreaterThanEquals": _number(lambda given, value: given >= value),
    "DateEquals": _date(lambda given, value: given == value),
    "DateLessThan": _date(lambda given, value: given < value),
    "DateLessThanEquals": _date(lambda given, value: given <= value),
    "DateGreaterThan": _date(lambda given, value: given > value),
    "DateGreaterThanEquals": _date(lambda given, value: given >= value),
    "Bool": lambda value, given: value.lower() == given.lower(),
    "BinaryEquals": lambda value, given: value == given,
    "IpAddress": _in_network,
    "ArnEquals": matches_arn,
    "ArnLike": matches_arn,
}
