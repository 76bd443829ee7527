"""The messages about ephemeral resources, which the stubs of ``tf`` (see ``wire``) lack.

They are those of ``tfplugin6.proto`` since version 6.7 of the protocol (Terraform 1.10), as far as
they are needed here: field names and numbers are its own.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import descriptor_pb2, message_factory

from localtender.provider.wire import messages

_FILE: Final = "localtender/ephemeral_resources.proto"
_PACKAGE: Final = "tfplugin6"
_TEXT, _BYTES, _MESSAGE = 9, 12, 11
_ONE, _MANY = 1, 3

_Field = tuple[str, int, int, int, str]
_TYPE_NAME: Final[_Field] = ("type_name", 1, _TEXT, _ONE, "")
_CONFIG: Final[_Field] = ("config", 2, _MESSAGE, _ONE, "DynamicValue")
_PRIVATE: Final[_Field] = ("private", 2, _BYTES, _ONE, "")
_DIAGNOSTICS: Final[_Field] = ("diagnostics", 1, _MESSAGE, _MANY, "Diagnostic")
_RESULT: Final[_Field] = ("result", 3, _MESSAGE, _ONE, "DynamicValue")
_SCHEMAS: Final[_Field] = (
    *("ephemeral_resource_schemas", 8, _MESSAGE, _MANY),
    "EphemeralResourceSchemas.Entry",
)

_MESSAGES: Final[dict[str, dict[str, tuple[_Field, ...]]]] = {
    "ValidateEphemeralResourceConfig": {
        "Request": (_TYPE_NAME, _CONFIG),
        "Response": (_DIAGNOSTICS,),
    },
    "OpenEphemeralResource": {
        "Request": (_TYPE_NAME, _CONFIG),
        "Response": (_DIAGNOSTICS, _RESULT),
    },
    "RenewEphemeralResource": {
        "Request": (_TYPE_NAME, _PRIVATE),
        "Response": (_DIAGNOSTICS,),
    },
    "CloseEphemeralResource": {
        "Request": (_TYPE_NAME, _PRIVATE),
        "Response": (_DIAGNOSTICS,),
    },
    # The part of GetProviderSchema.Response that is a map of schemas by type.
    "EphemeralResourceSchemas": {
        "Entry": (
            ("key", 1, _TEXT, _ONE, ""),
            ("value", 2, _MESSAGE, _ONE, "Schema"),
        ),
        "Response": (_SCHEMAS,),
    },
}


def _described() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name=_FILE, package=_PACKAGE, syntax="proto3", dependency=[messages.DESCRIPTOR.name]
    )
    for name, parts in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for part, fields in parts.items():
            nested = message.nested_type.add(name=part)
            for field, number, kind, label, type_name in fields:
                added = nested.field.add(name=field, number=number, type=kind, label=label)
                if type_name:
                    added.type_name = f".{_PACKAGE}.{type_name}"
    # The pool in which the messages of the stubs are, so that these may refer to them.
    return messages.DESCRIPTOR.pool.AddSerializedFile(file.SerializeToString())


_DESCRIPTION: Final = _described()


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_DESCRIPTION.message_types_by_name[name])


ValidateEphemeralResourceConfig: Final = _message("ValidateEphemeralResourceConfig")
OpenEphemeralResource: Final = _message("OpenEphemeralResource")
RenewEphemeralResource: Final = _message("RenewEphemeralResource")
CloseEphemeralResource: Final = _message("CloseEphemeralResource")
_Schemas: Final = _message("EphemeralResourceSchemas")


def ephemeral_schemas(schemas: dict[str, Any]) -> bytes:
    """Return the part of a serialised ``GetProviderSchema.Response`` with these ``Schema``s."""
    entries = [_Schemas.Entry(key=name, value=schema) for name, schema in schemas.items()]
    serialized: bytes = _Schemas.Response(ephemeral_resource_schemas=entries).SerializeToString()
    return serialized
