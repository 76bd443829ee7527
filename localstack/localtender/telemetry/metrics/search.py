"""Finding metrics by a search expression.

Follows "CloudWatch search expression syntax"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html):
an optional `{namespace, dimension, …}`, then terms and `name="value"` pairs, which all must match,
with AND, OR, NOT and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from localtender.telemetry.metrics.datum import Metric
from localtender.telemetry.metrics.expression import ExpressionError

_SCHEMA = re.compile(r"\s*\{(?P<members>[^}]*)\}")
_TOKEN = re.compile(r'\s*(?:(?P<sign>[()=])|"(?P<text>[^"]*)"|(?P<word>[^\s()="]+))')
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_DEEPEST = 40

Condition = Callable[[Metric], bool]


def search(expression: str, metrics: list[Metric]) -> list[Metric]:
    """The metrics that an expression finds. Raises ExpressionError."""
    schema = _SCHEMA.match(expression)
    rest = expression
    conditions: list[Condition] = []
    if schema:
        rest = expression[schema.end() :]
        members = [each.strip().strip('"') for each in schema["members"].split(",")]
        conditions.append(_schema(members[0], tuple(sorted(members[1:]))))
    if rest.strip():
        conditions.append(_Conditions(rest).read())
    if not conditions:
        raise ExpressionError("A search needs something to look for")
    return [metric for metric in metrics if all(each(metric) for each in conditions)]


def _schema(namespace: str, dimensions: tuple[str, ...]) -> Condition:
    return lambda metric: (
        metric.namespace == namespace and tuple(n for n, _ in metric.dimensions) == dimensions
    )


class _Conditions:
    def __init__(self, text: str) -> None:
        self._tokens = [
            (str(found.lastgroup), found[str(found.lastgroup)])
            for found in _TOKEN.finditer(text.rstrip())
        ]
        self._at = 0
        self._depth = 0

    def read(self) -> Condition:
        condition = self._either()
        if self._at < len(self._tokens):
            raise ExpressionError("A parenthesis of the search has no other")
        return condition

    def _either(self) -> Condition:
        left = self._both()
        while self._next() == ("word", "OR"):
            self._at += 1
            left = _or(left, self._both())
        return left

    def _both(self) -> Condition:
        left = self._one()
        while (following := self._next()) not in (None, ("sign", ")"), ("word", "OR")):
            if following == ("word", "AND"):
                self._at += 1
            left = _and(left, self._one())
        return left

    def _one(self) -> Condition:
        token = self._next()
        if token is None:
            raise ExpressionError("The search ends too early")
        self._at += 1
        if token in (("word", "NOT"), ("sign", "(")):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise ExpressionError("The search is nested too deeply")
            condition = self._negated() if token[1] == "NOT" else self._grouped()
            self._depth -= 1
            return condition
        if token[0] == "sign":
            raise ExpressionError(f"Unexpected '{token[1]}' in the search")
        if self._next() == ("sign", "="):
            self._at += 1
            value = self._next()
            self._at += 1
            if value is None or value[0] == "sign":
                raise ExpressionError(f"{token[1]}= needs a value")
            return _property(token[1], *value)
        return _anywhere(*token)

    def _negated(self) -> Condition:
        inner = self._one()
        return lambda metric: not inner(metric)

    def _grouped(self) -> Condition:
        condition = self._either()
        if self._next() != ("sign", ")"):
            raise ExpressionError("A parenthesis of the search is not closed")
        self._at += 1
        return condition

    def _next(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _and(left: Condition, right: Condition) -> Condition:
    return lambda metric: left(metric) and right(metric)


def _or(left: Condition, right: Condition) -> Condition:
    return lambda metric: left(metric) or right(metric)


def _property(name: str, kind: str, wanted: str) -> Condition:
    def matches(metric: Metric) -> bool:
        values = {"MetricName": metric.name, "Namespace": metric.namespace}
        value = values.get(name, dict(metric.dimensions).get(name))
        return value is not None and _matches(value, kind, wanted)

    return matches


def _anywhere(kind: str, wanted: str) -> Condition:
    def matches(metric: Metric) -> bool:
        texts = [metric.namespace, metric.name]
        for pair in metric.dimensions:
            texts.extend(pair)
        return any(_matches(text, kind, wanted) for text in texts)

    return matches


def _matches(text: str, kind: str, wanted: str) -> bool:
    """Quoted means exactly; a bare term is any of the words that a name consists of."""
    if kind == "text":
        return text == wanted
    words = {word.lower() for word in _WORDS.findall(text)}
    return text.lower() == wanted.lower() or wanted.lower() in words
