"""The data source ``external``."""

from __future__ import annotations

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
data "external" "commit" {
  program = ["sh", "-c", "cat > query.json; echo '{\\"commit\\": \\"abc\\"}'"]
  query   = { branch = "main" }
}

resource "null_resource" "release" {
  triggers = { commit = data.external.commit.result.commit, release = "1" }
}
"""


def the_program_was_asked(terraform: TerraformFolder, _aws: Aws) -> None:
    assert (terraform.path / "query.json").read_text() == '{"branch": "main"}'
    assert terraform.values("null_resource.release")["triggers"]["commit"] == "abc"


LIVES = (
    Lives(
        "what programs say",
        CONFIGURATION,
        lives=(Life("null_resource.release", replace=('"1"', '"2"'), import_id=NOT_IMPORTABLE),),
        check=the_program_was_asked,
    ),
)
