"""Writes the policies that AWS manages, as the embedded engine serves them.

    pip download --no-deps moto==5.2.5 && unzip moto-*.whl 'moto/iam/*'
    python -m tools.derive_managed_policies moto/iam/aws_managed_policies.py

The documents are AWS's own (the "AWS Managed Policy Reference"); moto, under the Apache License
2.0, keeps what `iam list-policies` and `iam get-policy-version` say of them. Only what GetPolicy
and GetPolicyVersion answer is taken over.
"""

from __future__ import annotations

import argparse
import ast
import json
import lzma
import sys
from pathlib import Path
from typing import Any

from localtender.engines.managed_policies import FILE


def main() -> None:
    """Read moto's module and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", type=Path, help="moto/iam/aws_managed_policies.py")
    policies = _policies(parser.parse_args().module)
    text = json.dumps(policies, separators=(",", ":"), sort_keys=True)
    FILE.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{FILE.name}: {len(policies)} policies, {FILE.stat().st_size} bytes\n")


def _policies(module: Path) -> dict[str, Any]:
    assignment = ast.parse(module.read_text()).body[0]
    assert isinstance(assignment, ast.Assign)
    found: dict[str, Any] = json.loads(ast.literal_eval(assignment.value))
    return {
        f"{policy['Path'].lstrip('/')}{name}": {
            "created": policy["CreateDate"],
            "document": policy["Document"],
            "updated": policy["UpdateDate"],
            "version": policy["DefaultVersionId"],
        }
        for name, policy in found.items()
    }


if __name__ == "__main__":
    main()
