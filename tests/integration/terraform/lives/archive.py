"""The lives of hashicorp/archive's types."""

from __future__ import annotations

import base64
import hashlib
import zipfile

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "archive_file" "handler" {
  type        = "zip"
  source_file = "src/handler.py"
  output_path = "build/handler.zip"
}

data "archive_file" "all" {
  type             = "zip"
  source_dir       = "${path.module}/src"
  excludes         = ["**/__pycache__/**", "tests"]
  output_file_mode = "0644"
  output_path      = "${path.module}/build/all.zip"
}

data "archive_file" "blocks" {
  type        = "tar.gz"
  output_path = "build/blocks.tar.gz"

  dynamic "source" {
    for_each = { "z.txt" = "last", "a/b.txt" = "first" }
    content {
      filename = source.key
      content  = source.value
    }
  }
}
"""


def archives_are_whole(terraform: TerraformFolder, _aws: Aws) -> None:
    path = terraform.path / "build/all.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["handler.py", "lib/money.py"]
        assert {info.external_attr >> 16 & 0o777 for info in archive.infolist()} == {0o644}
    values, content = terraform.values("data.archive_file.all"), path.read_bytes()
    digest = hashlib.sha256(content).digest()
    assert values["output_base64sha256"] == base64.b64encode(digest).decode()
    assert values["output_size"] == len(content)
    assert (terraform.path / "build/blocks.tar.gz").exists()


LIVES = (
    Lives(
        "archives",
        CONFIGURATION,
        lives=(
            Life(
                "archive_file.handler",
                replace=("build/handler.zip", "build/renamed.zip"),
                import_id=NOT_IMPORTABLE,
            ),
        ),
        files={
            "src/handler.py": b"def handler(event, context): ...\n",
            "src/lib/money.py": b"CENT = 1\n",
            "src/lib/__pycache__/money.pyc": b"0",
            "src/tests/test_money.py": b"assert True\n",
        },
        check=archives_are_whole,
    ),
)
