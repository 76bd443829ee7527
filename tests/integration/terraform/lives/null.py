"""The lives of hashicorp/null's types."""

from __future__ import annotations

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "null_resource" "migration" {
  triggers = { version = "1" }

  provisioner "local-exec" {
    command = "echo version ${self.triggers.version} >> ran.txt"
  }
}

data "null_data_source" "names" {
  inputs = { table = "orders" }
}

output "names" {
  value = data.null_data_source.names.outputs
}
"""


def the_provisioner_ran(terraform: TerraformFolder, _aws: Aws) -> None:
    assert (terraform.path / "ran.txt").read_text() == "version 1\n"
    assert terraform.values("data.null_data_source.names")["outputs"] == {"table": "orders"}


LIVES = (
    Lives(
        "a place for a provisioner",
        CONFIGURATION,
        lives=(Life("null_resource.migration", replace=('"1"', '"2"'), import_id=NOT_IMPORTABLE),),
        check=the_provisioner_ran,
    ),
)
