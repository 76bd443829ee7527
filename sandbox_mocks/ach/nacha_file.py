"""The file that a processor hands to the ACH operator, in Nacha's fixed-width format.

Source: "ACH File Details" of Nacha's developer guide: records of 94 characters, blocked by ten;
1 file header, 5 batch header, 6 entry, 8 batch control, 9 file control and padding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from sandbox_mocks.ach.banking_calendar import EASTERN, banking_date, settlement
from sandbox_mocks.ach.transfers import ODFI_IDENTIFICATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox_mocks.ach.transfers import Transfer

_WIDTH, _BLOCK = 94, 10
_COMPANY_NAME = "LOCALTENDER"
_COMPANY_ID = "1123456789"
_DESTINATION, _DESTINATION_NAME = "121042882", "SANDBOX FEDERAL RESERVE"
_CREDITS, _DEBITS, _MIXED = "220", "225", "200"
_TRANSACTION_CODES = {
    ("checking", "credit"): "22",
    ("checking", "debit"): "27",
    ("savings", "credit"): "32",
    ("savings", "debit"): "37",
}


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sums over entries; amounts in cents, `entry_hash` the sum of the routing numbers."""

    entries: int
    entry_hash: int
    debits: int
    credits: int

    @classmethod
    def of(cls, transfers: Iterable[Transfer]) -> _Totals:
        entries = list(transfers)
        return cls(
            entries=len(entries),
            entry_hash=sum(int(each.account.routing_number[:8]) for each in entries),
            debits=sum(_cents(each) for each in entries if each.direction == "debit"),
            credits=sum(_cents(each) for each in entries if each.direction == "credit"),
        )

    def digits(self) -> str:
        return f"{self.entry_hash % 10**10:010d}{self.debits:012d}{self.credits:012d}"


def nacha_file(moment: float, transfers: Sequence[Transfer], modifier: str = "A") -> str:
    """Return the file of the transfers that left at a moment, lines ended by a newline.

    Those of one class, description and speed share a batch. `modifier` tells the files of a day
    apart.
    """
    created = datetime.fromtimestamp(moment, EASTERN)
    lines = [_file_header(created, modifier)]
    batches = [
        list(batch) for _, batch in groupby(sorted(transfers, key=_batch_key), key=_batch_key)
    ]
    for number, batch in enumerate(batches, start=1):
        lines += _batch(moment, batch, number)
    blocks = -(-(len(lines) + 1) // _BLOCK)
    lines.append(_file_control(len(batches), blocks, _Totals.of(transfers)))
    lines += ["9" * _WIDTH] * (blocks * _BLOCK - len(lines))
    return "".join(f"{line}\n" for line in lines)


def _batch_key(transfer: Transfer) -> tuple[str, str, bool]:
    return transfer.sec_code, transfer.description, transfer.same_day


def _batch(moment: float, transfers: Sequence[Transfer], number: int) -> list[str]:
    first, totals = transfers[0], _Totals.of(transfers)
    service_class = (
        _MIXED if totals.debits and totals.credits else (_CREDITS if totals.credits else _DEBITS)
    )
    effective = banking_date(settlement(moment, same_day=first.same_day))
    header = (
        f"5{service_class}{_text(_COMPANY_NAME, 16)}{_text('', 20)}{_COMPANY_ID}{first.sec_code}"
        f"{_text(first.description, 10)}{banking_date(moment):%y%m%d}{effective:%y%m%d}   1"
        f"{ODFI_IDENTIFICATION}{number:07d}"
    )
    control = (
        f"8{service_class}{totals.entries:06d}{totals.digits()}{_COMPANY_ID}{_text('', 25)}"
        f"{ODFI_IDENTIFICATION}{number:07d}"
    )
    return [header, *(_entry(transfer) for transfer in transfers), control]


def _entry(transfer: Transfer) -> str:
    account = transfer.account
    code = _TRANSACTION_CODES[account.account_type, transfer.direction]
    return (
        f"6{code}{account.routing_number}{_text(account.account_number, 17)}"
        f"{_cents(transfer):010d}{_text(transfer.reference, 15)}{_text(account.holder_name, 22)}"
        f"  0{transfer.trace_number}"
    )


def _file_header(created: datetime, modifier: str) -> str:
    return (
        f"101 {_DESTINATION} {ODFI_IDENTIFICATION}2{created:%y%m%d%H%M}{modifier}094101"
        f"{_text(_DESTINATION_NAME, 23)}{_text(_COMPANY_NAME, 23)}{_text('', 8)}"
    )


def _file_control(batches: int, blocks: int, totals: _Totals) -> str:
    return f"9{batches:06d}{blocks:06d}{totals.entries:08d}{totals.digits()}{_text('', 39)}"


def _text(value: str, width: int) -> str:
    """A field of text: upper case, no character that the format lacks, cut to its width."""
    plain = "".join(letter if letter.isascii() else "?" for letter in value.upper())
    return plain[:width].ljust(width)


def _cents(transfer: Transfer) -> int:
    return int(transfer.amount * 100)
