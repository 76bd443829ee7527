"""Fault rules: which calls a fault strikes, how often, and in what order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any

from fault_injection.fields import FaultRuleError, RuleFields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fault_injection.effects import Effect, Fault

LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind that rules may name: how its parameters are read, and the calls it can strike.

    ``parse`` raises FaultRuleError. Of each field of the call that ``only_for`` names, one of the
    values must be there; other calls are spared, and are not counted.
    """

    parse: Callable[[RuleFields], Fault]
    only_for: Mapping[str, frozenset[str]] = field(default_factory=dict)


class UnknownFaultRuleError(LookupError):
    """There is no rule with that id."""


@dataclass(frozen=True, slots=True)
class FiredFault:
    """A fault that strikes a call."""

    rule_id: str
    kind: str
    effect: Effect


@dataclass(slots=True)
class FaultRule:
    """A fault, the calls it strikes, and how often that has happened.

    ``matches`` are globs by field of the call; all must match, and what the kind is only for must
    be there. ``nth`` picks among the matching
    calls (from 1), ``times`` limits how often it fires, ``probability`` leaves it to chance,
    drawn from ``seed`` in the order of the matching calls.
    """

    id: str
    fault: Fault
    matches: Mapping[str, str]
    only_for: Mapping[str, frozenset[str]] = field(default_factory=dict)
    nth: tuple[int, ...] = ()
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    seen: int = 0
    fired: int = 0
    _random: Random = field(init=False)
    _patterns: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._patterns = tuple(
            (name, re.compile(translate(glob))) for name, glob in self.matches.items()
        )

    def fire(self, call: Mapping[str, tuple[str, ...]]) -> Effect | None:
        """Return what to do to this call, or None when the rule spares it."""
        for name, pattern in self._patterns:
            if not any(pattern.match(value) for value in call.get(name, ())):
                return None
        for name, needed in self.only_for.items():
            if needed.isdisjoint(call.get(name, ())):
                return None
        self.seen += 1
        if self.nth and self.seen not in self.nth:
            return None
        if self.times is not None and self.fired >= self.times:
            return None
        if self.probability < 1 and self._random.random() >= self.probability:
            return None
        self.fired += 1
        return self.fault.effect(self._random)

    def describe(self) -> dict[str, Any]:
        """Return the rule as it was written, with how often it was seen and has fired."""
        shown: dict[str, Any] = {"id": self.id, "kind": self.fault.kind, **self.matches}
        if self.nth:
            shown["nth"] = self.nth[0] if len(self.nth) == 1 else list(self.nth)
        if self.times is not None:
            shown["times"] = self.times
        return {
            **shown,
            "probability": self.probability,
            "seed": self.seed,
            **self.fault.describe(),
            "seen": self.seen,
            "fired": self.fired,
        }


def parse_rule(
    document: Any, *, rule_id: str, match_fields: Sequence[str], kinds: Mapping[str, FaultKind]
) -> FaultRule:
    """Read a rule from a JSON or YAML document.

    What ``describe`` shows can be given back: ``seen`` and ``fired`` are taken and start anew.

    Raises:
        FaultRuleError: naming the field and what is allowed.
    """
    if not isinstance(document, dict):
        raise FaultRuleError("rule", "must be an object", "an object with a kind")
    fields = RuleFields(document)
    kind = fields.text("kind")
    if kind is None:
        raise FaultRuleError("kind", "is required", tuple(kinds))
    if kind not in kinds:
        raise FaultRuleError("kind", f"{kind!r} is not known", tuple(kinds))
    named = fields.text("id") or rule_id
    matches = {name: glob for name in match_fields if (glob := fields.text(name)) is not None}
    nth = _parse_nth(fields.value("nth"))
    times = fields.integer("times", minimum=1)
    probability = fields.number("probability", minimum=0, maximum=1, default=1.0)
    seed = fields.integer("seed", minimum=0, maximum=LARGEST_SEED)
    fields.value("seen")
    fields.value("fired")
    fault = kinds[kind].parse(fields)
    fields.finish()
    if seed is None:
        # Shown when the rule is read back, so that what happened can be repeated.
        seed = SystemRandom().randint(0, LARGEST_SEED)
    only_for = kinds[kind].only_for
    return FaultRule(named, fault, matches, only_for, nth, times, probability, seed)


def _parse_nth(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    numbers = value if isinstance(value, list) else [value]
    usable = all(isinstance(n, int) and not isinstance(n, bool) and n >= 1 for n in numbers)
    if not numbers or not usable:
        allowed = "a whole number from 1, or a list of them"
        raise FaultRuleError("nth", "must count calls from 1", allowed)
    return tuple(numbers)


class FaultRules:
    """The rules in force, in the order in which they were added.

    ``match_fields`` are the parts of a call that rules may name, for instance method and path;
    ``kinds`` are the faults that whoever carries the calls can carry out.
    """

    def __init__(self, match_fields: Sequence[str], kinds: Mapping[str, FaultKind]) -> None:
        self._match_fields = tuple(match_fields)
        self._kinds = kinds
        self._rules: dict[str, FaultRule] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._rules)

    def add(self, document: Any) -> FaultRule:
        """Add a rule, or replace the one with the same id.

        Raises:
            FaultRuleError: the rule can't be used; nothing has changed.
        """
        return self._store(self._parse(document))

    def add_all(self, documents: Sequence[Any]) -> list[FaultRule]:
        """Add several rules, all or none; raises FaultRuleError."""
        return [self._store(rule) for rule in [self._parse(document) for document in documents]]

    def replace(self, documents: Sequence[Any]) -> list[FaultRule]:
        """Put these rules in place of all; raises FaultRuleError with nothing changed."""
        rules = [self._parse(document) for document in documents]
        self._rules.clear()
        return [self._store(rule) for rule in rules]

    def rule(self, rule_id: str) -> FaultRule:
        """Return one rule; raises UnknownFaultRuleError."""
        try:
            return self._rules[rule_id]
        except KeyError:
            raise UnknownFaultRuleError(rule_id) from None

    def remove(self, rule_id: str) -> None:
        """Remove one rule; raises UnknownFaultRuleError."""
        del self._rules[self.rule(rule_id).id]

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def match_on(self, *fields: str) -> bool:
        """Say whether a rule names one of these parts of a call."""
        return any(name in rule.matches for rule in self._rules.values() for name in fields)

    def describe(self) -> list[dict[str, Any]]:
        """Return all rules as they were written, with their counts."""
        return [rule.describe() for rule in self._rules.values()]

    def fire(self, call: Mapping[str, tuple[str, ...]]) -> tuple[FiredFault, ...]:
        """Return the faults that strike this call, in order, up to one that ends it."""
        struck: list[FiredFault] = []
        for rule in self._rules.values():
            effect = rule.fire(call)
            if effect is None:
                continue
            struck.append(FiredFault(rule.id, rule.fault.kind, effect))
            if effect.ends_the_call:
                break
        return tuple(struck)

    def _parse(self, document: Any) -> FaultRule:
        self._added += 1
        return parse_rule(
            document,
            rule_id=f"fault-{self._added}",
            match_fields=self._match_fields,
            kinds=self._kinds,
        )

    def _store(self, rule: FaultRule) -> FaultRule:
        self._rules[rule.id] = rule
        return rule
