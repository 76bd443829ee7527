"""The lives of hashicorp/local's types; a change or loss of a file is in the special tests."""

from __future__ import annotations

import hashlib

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "local_file" "note" {
  filename        = "${path.module}/out/deep/note.txt"
  content         = "paid"
  file_permission = "0640"
}

resource "local_file" "copy" {
  filename = "out/copy.txt"
  source   = "original.txt"
}

resource "local_sensitive_file" "key" {
  filename       = "out/key"
  content_base64 = base64encode("secret")
}

data "local_file" "original" {
  filename = "${path.module}/original.txt"
}

data "local_sensitive_file" "original" {
  filename = "original.txt"
}
"""


def files_are_written(terraform: TerraformFolder, _aws: Aws) -> None:
    note = terraform.path / "out/deep/note.txt"
    assert note.read_text() == "paid"
    assert note.stat().st_mode & 0o777 == 0o640
    assert (terraform.path / "out/copy.txt").read_bytes() == b"the original"
    key = terraform.path / "out/key"
    assert key.read_bytes() == b"secret"
    assert key.stat().st_mode & 0o777 == 0o700
    read = terraform.values("data.local_file.original")
    assert read["content"] == "the original"
    assert read["content_sha256"] == hashlib.sha256(b"the original").hexdigest()
    assert terraform.values("data.local_sensitive_file.original")["id"] == read["id"]


LIVES = (
    Lives(
        "files",
        CONFIGURATION,
        lives=(
            Life("local_file.note", replace=('"paid"', '"paid twice"'), import_id=NOT_IMPORTABLE),
            Life(
                "local_file.copy",
                replace=('"out/copy.txt"', '"out/copied.txt"'),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "local_sensitive_file.key",
                replace=('"secret"', '"other"'),
                import_id=NOT_IMPORTABLE,
            ),
        ),
        files={"original.txt": b"the original"},
        check=files_are_written,
    ),
)
