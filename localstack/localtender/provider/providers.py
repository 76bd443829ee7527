"""Every provider that is served, each imported when it is first asked for."""

from __future__ import annotations

import functools
from typing import Final

from localtender.provider.reattach import ATTACHED
from localtender.provider.served import Providers, ServedProvider


def _load(name: str) -> ServedProvider:
    assert name == "aws"
    from localtender.provider.aws import aws_provider

    return aws_provider()


SERVED: Final[Providers] = {name: functools.partial(_load, name) for name in ATTACHED}
