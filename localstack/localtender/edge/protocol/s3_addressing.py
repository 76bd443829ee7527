"""The two ways to address a bucket of S3: in the host's name, or at the head of the path.

After "Virtual hosting of general purpose buckets" of the S3 user guide.
"""

from __future__ import annotations

import re
from dataclasses import replace

from localtender.edge.protocol.messages import HttpRequest

_BUCKET_HOST = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+)\.s3[.-]", re.IGNORECASE)


def in_path_style(request: HttpRequest) -> HttpRequest:
    """The request with its bucket at the head of the path, whichever way it was addressed."""
    host = _BUCKET_HOST.match(request.header("Host") or "")
    if host is None:
        return request
    return replace(request, raw_path=f"/{host['bucket']}{request.raw_path}")
