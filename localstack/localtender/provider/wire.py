"""The one place that touches the generated stubs of PyPI's ``tf`` (pinned: 1.2.0).

``tf`` carries the protobuf classes of Terraform's plugin protocol 6; everything else here is our
own. The service and method names are those of ``tfplugin6.proto`` and of HashiCorp's go-plugin
handshake services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import grpc
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-not-found]
from tf.gen import tfplugin_pb2 as messages

from localtender.provider.values import CtyType, Value, decode, encode

TF_VERSION: Final = "1.2.0"
PROVIDER_SERVICE: Final = "tfplugin6.Provider"

# What protocol 6.9 added and the stubs don't have. Protobuf passes on fields that it doesn't know:
# Schema.Attribute.write_only (number 11, a boolean: true), and on the way in
# ValidateResourceConfig.Request.client_capabilities.write_only_attributes_allowed.
_WRITE_ONLY: Final = b"\x58\x01"
_CLIENT_CAPABILITIES: Final = 3
_WRITE_ONLY_ATTRIBUTES_ALLOWED: Final = 2

Handler = Callable[[Any, grpc.ServicerContext], Any]

__all__ = [
    "PROVIDER_SERVICE",
    "TF_VERSION",
    "Handler",
    "add_services",
    "allows_write_only",
    "dynamic_value",
    "mark_write_only",
    "messages",
    "read_dynamic_value",
]


def read_dynamic_value(cty_type: CtyType, message: Any) -> Value:
    """Read a ``DynamicValue`` message as a value of the given type."""
    return decode(cty_type, message.msgpack)


def dynamic_value(cty_type: CtyType, value: Value) -> Any:
    """Write a value of the given type as a ``DynamicValue`` message."""
    return messages.DynamicValue(msgpack=encode(cty_type, value))


def mark_write_only(attribute: Any) -> None:
    """Mark a ``Schema.Attribute`` message as one whose value no plan and no state holds."""
    attribute.MergeFromString(_WRITE_ONLY)


def allows_write_only(request: Any) -> bool:
    """Tell whether the Terraform behind a ``ValidateResourceConfig`` keeps write-only values out.

    Terraform does since 1.11; an older one would store them as it stores everything.
    """
    for field in UnknownFieldSet(request):
        if field.field_number == _CLIENT_CAPABILITIES:
            # To a message without fields of its own, every field is an unknown one.
            capabilities = UnknownFieldSet(messages.StopProvider.Request.FromString(field.data))
            return any(
                item.field_number == _WRITE_ONLY_ATTRIBUTES_ALLOWED and bool(item.data)
                for item in capabilities
            )
    return False


def add_services(server: grpc.Server, handlers: dict[str, tuple[Any, Handler]]) -> None:
    """Register the provider's methods, and what go-plugin wants to find beside them.

    Parameters
    ----------
    handlers
        For each method its request class (``bytes`` takes the request as it stands) and the
        function that answers it, with a message or with an already serialised one.
    """
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(
                PROVIDER_SERVICE,
                {
                    name: grpc.unary_unary_rpc_method_handler(
                        handler,
                        request_deserializer=_deserializer(request_class),
                        response_serializer=_serialized,
                    )
                    for name, (request_class, handler) in handlers.items()
                },
            ),
            grpc.method_handlers_generic_handler(
                "plugin.GRPCController",
                {"Shutdown": grpc.unary_unary_rpc_method_handler(_stay_up)},
            ),
            grpc.method_handlers_generic_handler(
                "plugin.GRPCStdio",
                {"StreamStdio": grpc.unary_stream_rpc_method_handler(_no_output)},
            ),
        )
    )


def _deserializer(request_class: Any) -> Callable[[bytes], Any]:
    if request_class is bytes:
        return bytes
    deserializer: Callable[[bytes], Any] = request_class.FromString
    return deserializer


def _serialized(answer: Any) -> bytes:
    if isinstance(answer, bytes):
        return answer
    serialized: bytes = answer.SerializeToString()
    return serialized


def _stay_up(_request: bytes, _context: grpc.ServicerContext) -> bytes:
    # Terraform says goodbye when it is done; the next run attaches to the same process.
    return b""


def _no_output(_request: bytes, _context: grpc.ServicerContext) -> Iterator[bytes]:
    return iter(())
