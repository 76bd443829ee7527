"""What a measurement needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from localtender.configuration import Configuration


@dataclass(frozen=True)
class BenchSettings:
    """`requests` are made of each kind, `payments` of each stack."""

    configuration: Configuration
    requests: int = 400
    payments: int = 200
