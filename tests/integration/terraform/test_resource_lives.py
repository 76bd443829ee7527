from __future__ import annotations

import pytest

from tests.integration.terraform.catalogue import all_lives
from tests.integration.terraform.coverage_page import PAGE, coverage
from tests.integration.terraform.life import Aws, walk
from tests.terraform_folder import TerraformFolder

LIVES = all_lives()


@pytest.mark.parametrize("name", LIVES)
def test_every_resource_lives_its_whole_life(
    name: str, terraform: TerraformFolder, aws: Aws
) -> None:
    walk(LIVES[name], terraform, aws)


def test_the_coverage_page_is_what_the_lives_say() -> None:
    assert PAGE.read_text() == coverage(LIVES.values()), (
        "write it anew: python -m tools.terraform_coverage"
    )
