"""Reading a metric math expression into a tree.

The syntax is that of "Using math expressions with CloudWatch metrics"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]]))"
)
_LEVELS = (("OR", "||"), ("AND", "&&"), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
_SAME = {"||": "OR", "&&": "AND"}
_DEEPEST = 40


class ExpressionError(Exception):
    """An expression that CloudWatch would refuse; the message says why."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Text:
    """A quoted text, which only functions take."""

    value: str


@dataclass(frozen=True)
class Reference:
    """The id of another query, or a keyword of a function such as REPEAT."""

    name: str


@dataclass(frozen=True)
class Negation:
    """A value with its sign turned."""

    operand: Node


@dataclass(frozen=True)
class Operation:
    """Two values and the operator between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function of values."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Array:
    """Time series listed in brackets."""

    members: tuple[Node, ...]


Node = Number | Text | Reference | Negation | Operation | Call | Array
_Reader = Callable[[], Node]


def parse_expression(text: str) -> Node:
    """Read an expression. Raises ExpressionError."""
    parser = _Parser(text)
    node = parser.operation(0)
    parser.expect_end()
    return node


def references(node: Node) -> frozenset[str]:
    """The names that an expression mentions outside of quotes."""
    match node:
        case Reference(name):
            return frozenset((name,))
        case Negation(operand):
            return references(operand)
        case Operation(_, left, right):
            return references(left) | references(right)
        case Call(_, members) | Array(members):
            return frozenset().union(*map(references, members))
    return frozenset()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def operation(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._power()
        node = self.operation(level + 1)
        while self._sign() in _LEVELS[level]:
            operator = self._take()
            node = Operation(_SAME.get(operator, operator), node, self.operation(level + 1))
        return node

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionError(f"Unexpected '{self._tokens[self._at][1]}' in the expression")

    def _power(self) -> Node:
        if self._sign() == "-":
            self._take()
            return Negation(self._deeper(self._power))
        node = self._primary()
        if self._sign() == "^":
            self._take()
            return Operation("^", node, self._deeper(self._power))
        return node

    def _primary(self) -> Node:
        if self._at >= len(self._tokens):
            raise ExpressionError("The expression ends too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        match kind, text:
            case "number", _:
                return Number(float(text))
            case "text", _:
                return Text(re.sub(r"\\(.)", r"\1", text[1:-1]))
            case "name", _ if self._sign() == "(":
                self._take()
                return Call(text.upper(), self._list(")"))
            case "name", _:
                return Reference(text)
            case "sign", "[":
                return Array(self._list("]"))
            case "sign", "(":
                node = self._deeper(lambda: self.operation(0))
                self._expect(")")
                return node
        raise ExpressionError(f"Unexpected '{text}' in the expression")

    def _list(self, end: str) -> tuple[Node, ...]:
        members: list[Node] = []
        while self._sign() != end:
            if members:
                self._expect(",")
            members.append(self._deeper(lambda: self.operation(0)))
        self._take()
        return tuple(members)

    def _deeper(self, read: _Reader) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError("The expression is nested too deeply")
        node = read()
        self._depth -= 1
        return node

    def _sign(self) -> str | None:
        if self._at >= len(self._tokens):
            return None
        kind, text = self._tokens[self._at]
        return text if kind == "sign" or text in ("AND", "OR") else None

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise ExpressionError(f"'{sign}' is missing in the expression")
        self._take()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(f"Unexpected character at position {at + 1} of the expression")
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    return tokens
