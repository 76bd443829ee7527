"""The data source of hashicorp/template, which has no resource type here."""

from __future__ import annotations

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
data "template_file" "policy" {
  template = file("${path.module}/policy.json.tpl")
  vars = {
    queue = "payments"
  }
}

resource "null_resource" "payments" {
  triggers = jsondecode(data.template_file.policy.rendered)
}
"""
TEMPLATE = b'{"queue": "${queue}", "home": "$${HOME}"}'


def the_text_came_out(terraform: TerraformFolder, _aws: Aws) -> None:
    rendered = terraform.values("data.template_file.policy")["rendered"]
    assert rendered == '{"queue": "payments", "home": "${HOME}"}'


LIVES = (
    Lives(
        "a text with a name in it",
        CONFIGURATION,
        lives=(
            Life(
                "null_resource.payments",
                replace=('queue = "payments"', 'queue = "orders"'),
                import_id=NOT_IMPORTABLE,
            ),
        ),
        files={"policy.json.tpl": TEMPLATE},
        check=the_text_came_out,
    ),
)
