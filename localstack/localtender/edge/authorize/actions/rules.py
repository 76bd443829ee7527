"""The words in which the tables are written: resources by the parameters that name them, and rules.

```
"SendMessage": on(queue)                                sqs:SendMessage on the queue
"SendMessageBatch": on(queue, action="SendMessage")     another action than the operation's name
"CreateFunction": both(on(function), passes("Role", to="lambda.amazonaws.com"))
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import ANY_RESOURCE, Permission

Resource = Callable[[CallFacts], Iterable[str]]
"""The ARNs of a call's resources of one type; none where it names none."""
Keys = Callable[[CallFacts], Mapping[str, Iterable[str]]]
"""The service's own condition keys of a call, by their names as the reference writes them."""
Rule = Callable[[CallFacts, str], Iterable[Permission]]
"""From a call and the prefix of the service's actions to what it needs."""

_PLACEHOLDER = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True)
class ServiceActions:
    """The table of a service; `otherwise` is the rule of operations that it does not list."""

    prefix: str
    rules: Mapping[str, Rule] = field(default_factory=dict)
    otherwise: Rule | None = None

    def permissions(self, facts: CallFacts) -> tuple[Permission, ...]:
        """Everything that a call needs; nothing where AWS asks for no permission."""
        rule = self.rules.get(facts.call.name) or self.otherwise or on()
        return tuple(rule(facts, self.prefix))


def on(*resources: Resource, action: str | None = None, keys: Keys | None = None) -> Rule:
    """The operation's own action, or another, on the first kind of resource that the call names."""

    def rule(facts: CallFacts, prefix: str) -> Iterable[Permission]:
        name = f"{prefix}:{action or facts.call.name}"
        own = lowered(keys(facts)) if keys is not None else {}
        for arn in _first(resources, facts):
            yield Permission(name, arn, own)

    return rule


def both(*rules: Rule) -> Rule:
    """All that several rules ask for."""

    def rule(facts: CallFacts, prefix: str) -> Iterable[Permission]:
        for each in rules:
            yield from each(facts, prefix)

    return rule


def nothing(_facts: CallFacts, _prefix: str) -> Iterable[Permission]:
    """The rule of an operation that needs no permission."""
    return ()


def passes(*parameters: str, to: str) -> Rule:
    """Passing the roles at these parameters to a service, where the call names any.

    After "Grant a user permissions to pass a role to an AWS service" of the IAM user guide.
    """

    def rule(facts: CallFacts, _prefix: str) -> Iterable[Permission]:
        for parameter in parameters:
            role = facts.text(parameter)
            if role is not None and ":role/" in role:
                yield passing(role, to)

    return rule


def passing(role_arn: str, service: str) -> Permission:
    """Passing a role to a service."""
    return Permission("iam:PassRole", role_arn, {"iam:passedtoservice": (service,)})


def named(service: str, template: str, *, regional: bool = True) -> Resource:
    """Resources by a template (`table/{TableName}`) whose parameters the call has.

    A first parameter that is an ARN already is the resource.
    """
    names = _PLACEHOLDER.findall(template)

    def resource(facts: CallFacts) -> Iterable[str]:
        values = {}
        for name in names:
            value = facts.text(name)
            if value is None:
                return ()
            values[name] = value
        first = values[names[0]]
        if first.startswith("arn:"):
            return (first,)
        written = _PLACEHOLDER.sub(lambda found: values[found[1]], template)
        return (facts.arn(service, written) if regional else facts.global_arn(service, written),)

    return resource


def given(*parameters: str) -> Resource:
    """The ARN that the first of these parameters has, or all of a list of ARNs."""

    def resource(facts: CallFacts) -> Iterable[str]:
        for parameter in parameters:
            value = facts.value(parameter)
            if isinstance(value, str) and value.startswith("arn:"):
                return (value,)
            if isinstance(value, list) and value:
                return tuple(item for item in value if isinstance(item, str))
        return ()

    return resource


def parameter_keys(**keys: str) -> Keys:
    """Condition keys by the parameters that have their values; `__` stands for the colon."""

    def read(facts: CallFacts) -> Mapping[str, Iterable[str]]:
        found = {key.replace("__", ":"): facts.text(path) for key, path in keys.items()}
        return {key: (value,) for key, value in found.items() if value is not None}

    return read


def lowered(keys: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Condition keys as contexts have them: names in lower case, those with values only."""
    return {name.lower(): tuple(values) for name, values in keys.items() if values}


def listed(names: Sequence[str], rule: Rule) -> dict[str, Rule]:
    """One rule for several operations."""
    return dict.fromkeys(names, rule)


def _first(resources: Sequence[Resource], facts: CallFacts) -> Sequence[str]:
    for resource in resources:
        found = tuple(resource(facts))
        if found:
            return found
    return (ANY_RESOURCE,)
