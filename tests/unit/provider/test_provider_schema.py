from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from localtender.provider import resources, wire
from localtender.provider.errors import SchemaError
from localtender.provider.registry import declaration_problems, discover
from localtender.provider.schema.loading import AwsSchema, load_schema
from localtender.provider.schema.message import schema_message, schemas_message
from localtender.provider.wire import messages


def test_the_stubs_are_the_pinned_ones() -> None:
    assert version("tf") == wire.TF_VERSION
    services = wire.messages.DESCRIPTOR.services_by_name
    assert services["Provider"].full_name == wire.PROVIDER_SERVICE


def test_every_type_of_the_real_provider_can_be_served() -> None:
    schema = load_schema()
    assert len(schema.names("resource")) == 1732
    assert len(schema.names("data_source")) == 683
    for name in schema.names("resource"):
        schema_message(schema.block("resource", name))


def test_every_declaration_agrees_with_the_schema() -> None:
    assert declaration_problems(discover(resources), load_schema()) == []


def test_a_type_that_the_real_provider_lacks_is_named() -> None:
    with pytest.raises(SchemaError, match="no resource 'aws_teapot'"):
        load_schema().block("resource", "aws_teapot")
    with pytest.raises(SchemaError, match="lacks"):
        AwsSchema("{}")


def test_a_schema_message_says_who_may_set_an_attribute_and_how_often_a_block_stands() -> None:
    block = load_schema().block("resource", "aws_dynamodb_table")
    message = schema_message(block, sensitive=("ttl.attribute_name",)).block
    attributes = {attribute.name: attribute for attribute in message.attributes}
    assert attributes["name"].required
    assert attributes["arn"].computed
    assert json.loads(attributes["tags"].type) == ["map", "string"]
    blocks = {nested.type_name: nested for nested in message.block_types}
    assert blocks["ttl"].max_items == 1
    assert blocks["attribute"].nesting == messages.Schema.NestedBlock.SET
    assert [item.sensitive for item in blocks["ttl"].block.attributes] == [True, False]


def test_two_answers_in_a_row_are_one_answer_with_the_types_of_both() -> None:
    schema = load_schema()

    def answer(name: str) -> bytes:
        return schemas_message(
            resources={name: (schema.block("resource", name), ())}, data_sources={}
        )

    both = messages.GetProviderSchema.Response.FromString(
        answer("aws_sqs_queue") + answer("aws_vpc")
    )
    assert sorted(both.resource_schemas) == ["aws_sqs_queue", "aws_vpc"]


def test_a_resource_type_has_the_schema_version_that_the_real_provider_gives_it() -> None:
    schema = load_schema()
    names = ("aws_dynamodb_table", "aws_sqs_queue")
    answer = schemas_message(
        resources={name: (schema.block("resource", name), ()) for name in names}, data_sources={}
    )
    schemas = messages.GetProviderSchema.Response.FromString(answer).resource_schemas
    assert [schemas[name].version for name in names] == [1, 0]
