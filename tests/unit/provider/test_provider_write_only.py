from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Resource
from localtender.provider.planning import Planner
from localtender.provider.schema.loading import load_schema
from localtender.provider.schema.message import schema_message, state_message
from localtender.provider.schema.model import Attribute, Block, NestedBlock
from localtender.provider.validation import write_only_problems
from localtender.provider.values import UNKNOWN, Values
from localtender.provider.wire import allows_write_only, messages, read_dynamic_value

INNER = Block({"user": Attribute("string"), "password_wo": Attribute("string", write_only=True)})
BLOCK = Block(
    {"id": Attribute("string", computed=True), "key_wo": Attribute("string", write_only=True)},
    {"login": NestedBlock("list", INNER), "first": NestedBlock("single", INNER)},
)
CONFIG = BLOCK.complete({}) | {
    "key_wo": "secret",
    "login": [{"user": "a", "password_wo": None}, {"user": "b", "password_wo": "secret"}],
    "first": {"user": "c", "password_wo": UNKNOWN},
}
WRITE_ONLY_FIELD = b"\x58\x01"


class Login(Resource):
    type_name = "aws_login"
    service = "login"

    def create(self, call: Call, planned: Values) -> Values:
        return {}

    def read(self, call: Call, state: Values) -> Values:
        return {}

    def delete(self, call: Call, state: Values) -> None: ...


def test_the_schema_says_which_arguments_are_write_only() -> None:
    block = load_schema().block("resource", "aws_secretsmanager_secret_version")
    attributes = {item.name: item for item in schema_message(block).block.attributes}
    marked = {
        name for name, item in attributes.items() if WRITE_ONLY_FIELD in item.SerializeToString()
    }
    assert marked == {"secret_string_wo"}, "not has_secret_string_wo, which is computed"


def test_a_write_only_value_is_null_in_the_plan() -> None:
    planned = Planner(Login(), BLOCK).planned_state(CONFIG, None)
    assert planned["key_wo"] is None
    assert [item["password_wo"] for item in planned["login"]] == [None, None]
    assert planned["first"] == {"user": "c", "password_wo": None}


def test_a_write_only_value_that_a_resource_returns_is_null_in_the_state() -> None:
    state = read_dynamic_value(BLOCK.type, state_message(BLOCK, CONFIG))
    assert state["key_wo"] is None
    assert state["login"][1] == {"user": "b", "password_wo": None}
    assert state["first"] == {"user": "c", "password_wo": None}


def test_a_terraform_that_would_store_the_value_is_told_which_argument_it_is() -> None:
    problems = list(write_only_problems(BLOCK, CONFIG))
    assert [problem.argument for problem in problems] == [
        "key_wo",
        "login.password_wo",
        "first.password_wo",
    ]
    assert "Terraform 1.11" in str(problems[0])


def test_terraform_says_whether_it_keeps_write_only_values_out_of_the_state() -> None:
    plain = messages.ValidateResourceConfig.Request(type_name="aws_login").SerializeToString()

    def asks(capabilities: bytes) -> bool:
        return allows_write_only(
            messages.ValidateResourceConfig.Request.FromString(plain + capabilities)
        )

    assert not asks(b"")
    assert not asks(b"\x1a\x02\x08\x01"), "deferral_allowed alone"
    assert not asks(b"\x1a\x02\x10\x00")
    assert asks(b"\x1a\x04\x08\x01\x10\x01")
