"""Writes docs/terraform-coverage.md from the lives that the tests declare."""

from __future__ import annotations

from tests.integration.terraform.catalogue import all_lives
from tests.integration.terraform.coverage_page import PAGE, coverage


def main() -> None:
    """Write the page."""
    PAGE.write_text(coverage(all_lives().values()))


if __name__ == "__main__":
    main()
