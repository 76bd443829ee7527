"""Every provider that is served, each imported when it is first asked for."""

from __future__ import annotations

import functools
from typing import Final

from localtender.provider.reattach import ATTACHED
from localtender.provider.served import Providers, ServedProvider


def _load(name: str) -> ServedProvider:
    if name == "aws":
        from localtender.provider.aws import aws_provider

        return aws_provider()
    from localtender.provider.utility.declared import utility_provider

    return utility_provider(name)


SERVED: Final[Providers] = {name: functools.partial(_load, name) for name in ATTACHED}
