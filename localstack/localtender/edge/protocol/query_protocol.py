"""The AWS Query protocol and EC2's dialect of it: a form as the request, XML as the answer.

Follows https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and
https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, ServiceModel

from localtender.edge.protocol.errors import SerializationError

_Tree = dict[str, Any]


def read_query(
    operation: OperationModel, form: Iterable[tuple[str, str]], *, ec2: bool = False
) -> dict[str, Any]:
    """An operation's input out of a form. Raises SerializationError."""
    tree: _Tree = {}
    for name, value in form:
        node = tree
        *path, last = name.split(".")
        for part in path:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                raise SerializationError(f"{name} contradicts another parameter")
            node = child
        node[last] = value
    shape = operation.input_shape
    if shape is None:
        return {}
    found: dict[str, Any] = _FormReader(ec2=ec2).value(shape, tree, "")
    return found


def write_xml(
    model: ServiceModel, operation: str, output: Mapping[str, Any], request_id: str
) -> bytes:
    """An operation's output as XML."""
    shape: Any = model.operation_model(operation).output_shape
    result = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{operation}Result")
        result = f"<{wrapper}>{_structure_xml(shape, output)}</{wrapper}>"
    namespace = model.metadata["xmlNamespace"]
    return (
        f'<{operation}Response xmlns="{namespace}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    ).encode()


class _FormReader:
    """Reads shapes out of the tree that a form's dotted names make."""

    def __init__(self, *, ec2: bool) -> None:
        self._ec2 = ec2

    def value(self, shape: Any, node: Any, path: str) -> Any:
        try:
            match shape.type_name:
                case "structure":
                    return self._structure(shape, node, path)
                case "list":
                    return self._list(shape, node, path)
                case "map":
                    return self._map(shape, node, path)
                case "boolean":
                    return {"true": True, "false": False}[node.lower()]
                case "integer" | "long":
                    return int(node)
                case "float" | "double":
                    return float(node)
                case "timestamp":
                    return _moment(node)
                case _:
                    return str(node)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise SerializationError(f"{path.lstrip('.')} must be a {shape.type_name}") from error

    def _structure(self, shape: Any, node: _Tree, path: str) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            wire_name = self._member_name(name, member)
            if wire_name in node:
                found[name] = self.value(member, node[wire_name], f"{path}.{name}")
        return found

    def _member_name(self, name: str, member: Any) -> str:
        serialization = member.serialization
        if self._ec2:
            written = serialization.get("queryName")
            if written is None:
                written = serialization.get("name", name)
                written = written[:1].upper() + written[1:]
            return str(written)
        if member.type_name == "list" and serialization.get("flattened"):
            # A flattened list takes its members' name, or its own where they have none.
            inner = member.member.serialization.get("name")
            return str(inner or serialization.get("name", name))
        return str(serialization.get("name", name))

    def _list(self, shape: Any, node: Any, path: str) -> list[Any]:
        if not isinstance(node, dict):
            return []  # an empty list is sent as the bare name
        members = node
        if not self._ec2 and not shape.serialization.get("flattened"):
            members = node.get(shape.member.serialization.get("name", "member"), {})
        numbers = sorted(members, key=int)
        return [self.value(shape.member, members[n], f"{path}.{n}") for n in numbers]

    def _map(self, shape: Any, node: Any, path: str) -> dict[str, Any]:
        if not isinstance(node, dict):
            return {}
        entries = node if shape.serialization.get("flattened") else node.get("entry", {})
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        return {
            str(entries[n][key_name]): self.value(
                shape.value, entries[n][value_name], f"{path}.{entries[n][key_name]}"
            )
            for n in sorted(entries, key=int)
        }


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), tz=UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _structure_xml(shape: Any, value: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_xml(member, value[name])}</{name}>"
        for name, member in shape.members.items()
        if value.get(name) is not None
    )


def _xml(shape: Any, value: Any) -> str:
    match shape.type_name:
        case "structure":
            return _structure_xml(shape, value)
        case "list":
            return "".join(f"<member>{_xml(shape.member, item)}</member>" for item in value)
        case "map":
            return "".join(
                f"<entry><key>{escape(str(key))}</key>"
                f"<value>{_xml(shape.value, item)}</value></entry>"
                for key, item in value.items()
            )
        case "timestamp":
            moment = value if isinstance(value, datetime) else datetime.fromtimestamp(value, tz=UTC)
            milliseconds = moment.microsecond // 1000
            return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"
        case "boolean":
            return "true" if value else "false"
        case _:
            return escape(str(value))
