from __future__ import annotations

import pytest

from localtender.provider.providers import SERVED
from tests.integration.terraform.catalogue import all_lives
from tests.integration.terraform.coverage_page import PAGE, coverage, data_sources_read
from tests.integration.terraform.life import Aws, walk
from tests.terraform_folder import TerraformFolder

LIVES = all_lives()
REGISTRIES = [load().registry for load in SERVED.values()]
# The event sources of partners, which only partners can make.
UNREADABLE = {"aws_cloudwatch_event_source"}


@pytest.mark.parametrize("name", LIVES)
def test_every_resource_lives_its_whole_life(
    name: str, terraform: TerraformFolder, aws: Aws
) -> None:
    walk(LIVES[name], terraform, aws)


def test_the_coverage_page_is_what_the_lives_say() -> None:
    assert PAGE.read_text() == coverage(LIVES.values()), (
        "write it anew: python -m tools.terraform_coverage"
    )


def test_every_implemented_resource_type_has_a_life() -> None:
    implemented = {name for registry in REGISTRIES for name in registry.resources}
    lived = {life.type_name for lives in LIVES.values() for life in lives.lives}
    assert implemented - lived == set(), "declare a life in tests/integration/terraform/lives/"


def test_every_implemented_data_source_is_read() -> None:
    implemented = {name for registry in REGISTRIES for name in registry.data_sources}
    read = data_sources_read(LIVES.values())
    assert implemented - read == UNREADABLE, "read it in a configuration of the lives"
