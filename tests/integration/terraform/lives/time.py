"""The lives of hashicorp/time's types."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "time_static" "founded" {
  rfc3339 = "2026-01-31T08:30:00Z"
}

resource "time_offset" "due" {
  base_rfc3339  = time_static.founded.rfc3339
  offset_months = 1
  offset_hours  = 2
}

resource "time_rotating" "key" {
  rotation_days = 30
}

resource "time_sleep" "settled" {
  create_duration  = "20ms"
  destroy_duration = "30ms"
  triggers         = { due = time_offset.due.rfc3339 }
}
"""


def moments_are_computed(terraform: TerraformFolder, _aws: Aws) -> None:
    founded = terraform.values("time_static.founded")
    assert founded["unix"] == 1769848200
    assert (founded["year"], founded["month"], founded["minute"]) == (2026, 1, 30)
    due = terraform.values("time_offset.due")
    # What 31 February would be.
    assert due["rfc3339"] == "2026-03-03T10:30:00Z"
    assert due["id"] == due["base_rfc3339"] == "2026-01-31T08:30:00Z"
    key = terraform.values("time_rotating.key")
    assert key["rfc3339"] < key["rotation_rfc3339"]


LIVES = (
    Lives(
        "moments and a pause",
        CONFIGURATION,
        lives=(
            Life("time_static.founded", replace=("08:30:00", "08:31:00")),
            Life(
                "time_offset.due",
                update=("offset_months = 1", "offset_months = 3"),
                import_id=lambda values: f"{values['base_rfc3339']},,3,,2,,",
            ),
            Life(
                "time_rotating.key",
                update=("rotation_days = 30", "rotation_days = 60"),
                import_id=lambda values: f"{values['id']},,,60,,",
            ),
            Life(
                "time_sleep.settled",
                update=('destroy_duration = "30ms"', 'destroy_duration = "10ms"'),
                import_id=None,
            ),
        ),
        along_with_updates=("time_sleep.settled",),
        check=moments_are_computed,
    ),
    Lives(
        "a pause by itself",
        """
resource "time_sleep" "short" {
  create_duration = "10ms"
  triggers        = { release = "one" }
}

resource "time_sleep" "found" {
  create_duration = "10ms"
}
""",
        lives=(
            Life("time_sleep.short", replace=('"one"', '"two"'), import_id=None),
            Life("time_sleep.found", import_id=lambda _values: "10ms,"),
        ),
    ),
)
