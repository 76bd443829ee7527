"""The one place that reaches into airspeed: templates behave as in Java's Velocity.

Of airspeed-ext 0.6.9 `airspeed.operators` is touched: `NameOrCall.calculate` (a text, a list or a
number has Java's methods and not Python's), `DictionaryLiteral.calculate` (makes a map with Java's
methods), `UnaryOperatorValue.calculate` (`!` of nothing is true), `BinaryOperator.OPERATORS` (`+`
joins a text with anything, values of different types are equal by their texts, what cannot be
compared is neither greater nor less) and `value_to_string` (a value is written as Java writes it).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from airspeed import Template, TemplateError, operators

from localtender.edge.gateway.data_plane.java_values import is_java_value, java_method, java_text
from localtender.edge.gateway.data_plane.velocity_objects import VelocityMap

__all__ = ["Template", "TemplateError", "compiled_template"]


@lru_cache(maxsize=512)
def compiled_template(template: str) -> Template:
    """A template, parsed once. Raises TemplateError."""
    compiled = Template(template)
    compiled.ensure_compiled()
    return compiled


def _install() -> None:
    airspeeds_own = operators.NameOrCall.calculate

    def calculate(self: Any, current: Any, loader: Any, top_namespace: Any) -> Any:
        method = java_method(current, self.name)
        if method is not None and self.parameters is not None:
            return method(*self.parameters.calculate(top_namespace, loader))
        if method is None and is_java_value(current):
            return None
        return airspeeds_own(self, current, loader, top_namespace)

    def negate(self: Any, namespace: Any, loader: Any) -> bool:
        return not self.value.calculate(namespace, loader)

    plain_map = operators.DictionaryLiteral.calculate

    def new_map(self: Any, namespace: Any, loader: Any) -> VelocityMap:
        return VelocityMap(plain_map(self, namespace, loader))

    operators.NameOrCall.calculate = calculate
    operators.DictionaryLiteral.calculate = new_map
    operators.UnaryOperatorValue.calculate = negate
    operators.value_to_string = java_text
    table = operators.BinaryOperator.OPERATORS
    table["+"] = _plus
    table["=="] = table["eq"] = _equal
    table["!="] = table["ne"] = lambda left, right: not _equal(left, right)
    for symbol, word, comparison in (
        (">", "gt", operator.gt),
        (">=", "ge", operator.ge),
        ("<", "lt", operator.lt),
        ("<=", "le", operator.le),
    ):
        table[symbol] = table[word] = _comparing(comparison)


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return java_text(left) + java_text(right)
    return left + right


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    if type(left) is type(right) or (not isinstance(left, str) and not isinstance(right, str)):
        return bool(left == right)
    return java_text(left) == java_text(right)


def _comparing(comparison: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        try:
            return comparison(left, right)
        except TypeError:
            return False

    return compare


_install()
