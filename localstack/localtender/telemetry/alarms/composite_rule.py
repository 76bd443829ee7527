"""The rule of a composite alarm.

The syntax is that of AlarmRule in
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from localtender.telemetry.alarms.alarm import ALARM, INSUFFICIENT_DATA, OK

_TOKEN = re.compile(r'\s*([(),]|"(?:[^"\\]|\\.)*"|[^\s(),"]+)')
_STATES = (ALARM, OK, INSUFFICIENT_DATA)
_SIGNS = ("(", ")", ",")
_DEEPEST = 60

StateOf = Callable[[str], str | None]
Condition = Callable[[StateOf], bool]


class AlarmRuleError(Exception):
    """A rule that CloudWatch would refuse; the message says where."""


@dataclass(frozen=True)
class CompositeRule:
    """A rule that has been read, with the names (or ARNs) of the alarms it mentions."""

    holds: Condition
    mentioned: tuple[str, ...]


def parse_rule(text: str) -> CompositeRule:
    """Read an AlarmRule. Raises AlarmRuleError."""
    reader = _Reader(text)
    condition = reader.either()
    if reader.word is not None:
        raise reader.unexpected()
    return CompositeRule(condition, tuple(dict.fromkeys(reader.mentioned)))


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [(found[1], found.start(1)) for found in _TOKEN.finditer(text)]
        self._length = len(text)
        self._at = 0
        self._depth = 0
        self.mentioned: list[str] = []

    @property
    def word(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def unexpected(self) -> AlarmRuleError:
        word, at = (
            self._tokens[self._at] if self._at < len(self._tokens) else ("<EOF>", self._length)
        )
        return AlarmRuleError(f"Error in AlarmRule [Unsupported token '{word}' at char {at}]")

    def either(self) -> Condition:
        conditions = [self._all()]
        while self.word == "OR":
            self._at += 1
            conditions.append(self._all())
        if len(conditions) == 1:
            return conditions[0]
        return lambda state_of: any(each(state_of) for each in conditions)

    def _all(self) -> Condition:
        conditions = [self._one()]
        while self.word == "AND":
            self._at += 1
            conditions.append(self._one())
        if len(conditions) == 1:
            return conditions[0]
        return lambda state_of: all(each(state_of) for each in conditions)

    def _one(self) -> Condition:
        word = self.word
        if self._depth > _DEEPEST:
            raise self.unexpected()
        match word:
            case "NOT":
                self._at += 1
                self._depth += 1
                inner = self._one()
                self._depth -= 1
                return lambda state_of: not inner(state_of)
            case "(":
                self._at += 1
                self._depth += 1
                condition = self.either()
                self._depth -= 1
                self._take(")")
                return condition
            case "TRUE" | "FALSE":
                self._at += 1
                return lambda _: word == "TRUE"
            case "AT_LEAST":
                return self._at_least()
            case state if state in _STATES:
                self._at += 1
                self._take("(")
                name = self._alarm()
                self._take(")")
                return lambda state_of: state_of(name) == state
        raise self.unexpected()

    def _at_least(self) -> Condition:
        self._at += 1
        self._take("(")
        number = re.fullmatch(r"(\d+)(%?)", self.word or "")
        if number is None:
            raise self.unexpected()
        self._at += 1
        self._take(",")
        negated = self.word == "NOT"
        self._at += negated
        state = self.word
        if state not in _STATES:
            raise self.unexpected()
        self._at += 1
        self._take(",")
        self._take("(")
        names = [self._alarm()]
        while self.word == ",":
            self._at += 1
            names.append(self._alarm())
        self._take(")")
        self._take(")")
        needed = float(number[1]) * (len(names) / 100 if number[2] else 1)
        return lambda state_of: sum((state_of(n) == state) is not negated for n in names) >= needed

    def _alarm(self) -> str:
        word = self.word
        if word is None or word in _SIGNS:
            raise self.unexpected()
        self._at += 1
        name = re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word
        self.mentioned.append(name)
        return name

    def _take(self, sign: str) -> None:
        if self.word != sign:
            raise self.unexpected()
        self._at += 1
