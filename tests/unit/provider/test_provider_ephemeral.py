from __future__ import annotations

from localtender.provider import ephemeral_messages
from localtender.provider.providers import SERVED
from localtender.provider.schema.message import schema_message
from localtender.provider.wire import messages


def test_schemas_stand_in_the_field_that_the_protocol_gives_them() -> None:
    schema = schema_message(
        SERVED["random"]().registry.ephemeral_resources["random_password"].schema
    )
    serialized = ephemeral_messages.ephemeral_schemas({"random_password": schema})
    # Field 8, a message: protobuf's tag for it.
    assert serialized[0] == (8 << 3) | 2
    assert schema.SerializeToString() in serialized
    # To the stubs, which lack the field, the rest of the answer is whole.
    answer = messages.GetProviderSchema.Response.FromString(serialized)
    assert not answer.resource_schemas


def test_every_declaration_of_an_ephemeral_resource_agrees_with_its_schema() -> None:
    found = [
        resource
        for load in SERVED.values()
        for resource in load().registry.ephemeral_resources.values()
    ]
    assert len(found) >= 3
    for resource in found:
        for path in (*resource.sensitive, *resource.checks):
            assert resource.schema.has(path), f"{resource.type_name}: {path}"
