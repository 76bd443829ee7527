"""Secrets of access keys, as far as they are known.

IAM tells a secret once, to whoever makes the key, and never again. So what passes through the edge
on its way out is remembered; a signature by a key whose secret was never seen cannot be checked.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field

_MOST_KEPT = 4_096
_KEY = re.compile(
    rb'(?:<AccessKeyId>|"AccessKeyId"\s*:\s*")(?P<id>[A-Z0-9]{16,128})(?=[<"])'
    rb".*?"
    rb'(?:<SecretAccessKey>|"Secret(?:Access)?Key"\s*:\s*")(?P<secret>[^<"]+)',
    re.DOTALL,
)


@dataclass
class KnownSecrets:
    """Secret access keys by access key id, the latest ones."""

    _secrets: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def add(self, access_key_id: str, secret_access_key: str) -> None:
        """Remember a secret."""
        self._secrets[access_key_id] = secret_access_key
        if len(self._secrets) > _MOST_KEPT:
            self._secrets.popitem(last=False)

    def secret(self, access_key_id: str) -> str | None:
        """The secret of an access key, None where it was never seen."""
        return self._secrets.get(access_key_id)

    def learn_from(self, answer: bytes) -> None:
        """Remember what an answer of IAM, STS or Cognito gives away, in XML or JSON."""
        for found in _KEY.finditer(answer):
            self.add(found["id"].decode(), found["secret"].decode())
