"""The AWS Query protocol: a form as the request, XML as the answer.

Follows https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, ServiceModel

from localtender.edge.protocol.errors import SerializationError

_Tree = dict[str, Any]


def read_query(operation: OperationModel, form: Iterable[tuple[str, str]]) -> dict[str, Any]:
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
    found: dict[str, Any] = _value(shape, tree, "")
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


def _value(shape: Any, node: Any, path: str) -> Any:
    try:
        match shape.type_name:
            case "structure":
                return {
                    name: _value(member, node[name], f"{path}.{name}")
                    for name, member in shape.members.items()
                    if name in node
                }
            case "list":
                members = node.get("member", {}) if isinstance(node, dict) else {}
                numbers = sorted(members, key=int)
                return [_value(shape.member, members[n], f"{path}.{n}") for n in numbers]
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
