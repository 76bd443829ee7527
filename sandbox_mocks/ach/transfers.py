"""Transfers, from their creation to their settlement or return.

    pending ──cut-off──▶ originated ──▶ settled ──(up to 60 days)──▶ returned
       └──cancel──▶ canceled   └──(two banking days)──▶ returned

An amount of 55.01 to 55.29 chooses the return code of its cents; a code in the holder's name
(``Ann R03``, ``Ann C01``) that code. `settle` lets happen what is due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from sandbox_mocks.ach.answers import AchError, standard_error
from sandbox_mocks.ach.banking_calendar import (
    SETTLEMENT,
    add_banking_days,
    at,
    banking_date,
    banking_day_on_or_after,
    origination,
    settlement,
)
from sandbox_mocks.ach.fields import Fields
from sandbox_mocks.ach.return_codes import CHANGE_CODES, RETURN_CODES, ChangeCode, ReturnCode
from sandbox_mocks.shared.agenda import Agenda
from sandbox_mocks.shared.clock import internet_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_mocks.ach.accounts import Account, Accounts
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject

Status = Literal["pending", "originated", "settled", "returned", "canceled"]
STATUSES = ("pending", "originated", "settled", "returned", "canceled")
DEFAULT_LATE_RETURN_DAYS = 10
LARGEST_AMOUNT = Decimal("99999999.99")
LARGEST_SAME_DAY_AMOUNT = Decimal("1000000.00")
_FIELDS = (
    *("account_id", "amount", "currency", "direction", "sec_code", "description"),
    *("reference", "same_day", "metadata"),
)
_CODE = re.compile(r"\b([RC]\d\d)\b")


@dataclass(slots=True)
class Transfer:
    """Money to an account (credit) or from it (debit); times in seconds since the epoch."""

    id: str
    account: Account
    amount: Decimal
    direction: str
    sec_code: str
    description: str
    reference: str
    same_day: bool
    metadata: dict[str, str]
    created: float
    idempotency_key: str | None = None
    status: Status = "pending"
    history: list[tuple[Status, float]] = field(default_factory=list)
    return_code: ReturnCode | None = None
    trace_number: str | None = None

    def document(self) -> JsonObject:
        """Return the transfer as the API shows it."""
        returned = self.return_code if self.status == "returned" else None
        return {
            "id": self.id,
            "object": "transfer",
            "account_id": self.account.id,
            "amount": str(self.amount),
            "currency": "USD",
            "direction": self.direction,
            "sec_code": self.sec_code,
            "description": self.description,
            "reference": self.reference,
            "same_day": self.same_day,
            "status": self.status,
            "trace_number": self.trace_number,
            "return": None
            if returned is None
            else {"code": returned.code, "reason": returned.reason},
            "idempotency_key": self.idempotency_key,
            "created_at": internet_time(self.created),
            "history": [
                {"status": status, "at": internet_time(moment)} for status, moment in self.history
            ],
            "metadata": self.metadata,
        }


@dataclass(frozen=True, slots=True)
class NotificationOfChange:
    """A bank asks for other data from the next transfer on."""

    id: str
    transfer: Transfer
    code: ChangeCode
    time: float

    def document(self) -> JsonObject:
        """Return it as the API shows it, with made-up corrections."""
        account = self.transfer.account
        corrections = {
            "account_number": account.account_number[:-1]
            + str((int(account.account_number[-1]) + 1) % 10),
            "routing_number": "011000015" if account.routing_number != "011000015" else "021000021",
            "account_type": "savings" if account.account_type == "checking" else "checking",
        }
        return {
            "id": self.id,
            "object": "notification_of_change",
            "transfer_id": self.transfer.id,
            "account_id": account.id,
            "code": self.code.code,
            "reason": self.code.reason,
            "corrected": {name: corrections[name] for name in self.code.fields},
            "created_at": internet_time(self.time),
        }


class Transfers:
    """All transfers; `announce` is told of every change with its type and time."""

    def __init__(
        self,
        accounts: Accounts,
        clock: VirtualClock,
        identifiers: IdentifierSource,
        announce: Callable[[str, float, JsonObject], None],
    ) -> None:
        self.late_return_days = DEFAULT_LATE_RETURN_DAYS
        self._accounts = accounts
        self._clock = clock
        self._identifiers = identifiers
        self._announce = announce
        self._transfers: dict[str, Transfer] = {}
        self._changes: list[NotificationOfChange] = []
        self._agenda = Agenda()
        self._entries = count(1)
        self._originated: dict[float, list[Transfer]] = {}

    def create(self, document: Any, idempotency_key: str | None) -> Transfer:
        """Take a transfer; raises AchError, and then nothing has been taken."""
        fields = Fields(document, _FIELDS)
        account_id = fields.text("account_id", longest=64)
        if not self._accounts.knows(account_id):
            raise fields.problem("account_id", "is no account here")
        same_day = fields.flag("same_day")
        most = LARGEST_SAME_DAY_AMOUNT if same_day else LARGEST_AMOUNT
        fields.choice("currency", ("USD",), "USD")
        transfer = Transfer(
            id=f"tr_{self._identifiers.hexadecimal(24)}",
            account=self._accounts.find(account_id),
            amount=fields.dollars("amount", most=most),
            direction=fields.choice("direction", ("credit", "debit")),
            sec_code=fields.choice("sec_code", ("PPD", "CCD", "WEB"), "PPD"),
            description=fields.text("description", longest=10, default="PAYMENT"),
            reference=fields.text("reference", longest=15, shortest=0, default=""),
            same_day=same_day,
            metadata=fields.texts("metadata"),
            created=self._clock.now(),
            idempotency_key=idempotency_key,
        )
        self._transfers[transfer.id] = transfer
        self._enter(transfer, "pending", transfer.created)
        self._plan(transfer, origination(transfer.created, same_day=same_day), "originated")
        return transfer

    def find(self, transfer_id: str) -> Transfer:
        """Return a transfer; raises AchError."""
        if transfer_id not in self._transfers:
            raise standard_error(404)
        return self._transfers[transfer_id]

    def cancel(self, transfer_id: str) -> Transfer:
        """Take back a transfer that has not left yet; raises AchError."""
        transfer = self.find(transfer_id)
        if transfer.status != "pending":
            message = f"The transfer is {transfer.status}; only a pending one can be canceled."
            raise AchError(409, "not_cancelable", message)
        self._enter(transfer, "canceled", self._clock.now())
        return transfer

    def all(self) -> list[Transfer]:
        """Return all transfers, oldest first."""
        return list(self._transfers.values())

    def changes(self) -> list[NotificationOfChange]:
        """Return the notifications of change, oldest first."""
        return list(self._changes)

    def files(self) -> list[tuple[float, list[Transfer]]]:
        """Return what left together, by the moment at which it did."""
        return sorted(self._originated.items())

    def settle(self) -> None:
        """Let happen, in order, what is due by now."""
        self._agenda.run_until(self._clock.now())

    def reset(self) -> None:
        """Forget all transfers."""
        self.late_return_days = DEFAULT_LATE_RETURN_DAYS
        self._transfers.clear()
        self._changes.clear()
        self._agenda.clear()
        self._originated.clear()
        self._entries = count(1)

    def _leave(self, transfer: Transfer, moment: float) -> None:
        transfer.trace_number = f"{ODFI_IDENTIFICATION}{next(self._entries):07d}"
        self._originated.setdefault(moment, []).append(transfer)
        settles = settlement(moment, same_day=transfer.same_day)
        chosen = _simulated(transfer)
        if isinstance(chosen, ReturnCode):
            transfer.return_code = chosen
        if not isinstance(chosen, ReturnCode) or chosen.late:
            self._plan(transfer, settles, "settled")
        if isinstance(chosen, ReturnCode):
            self._plan(transfer, self._return_moment(settles, chosen), "returned")
        elif chosen is not None:
            self._plan(transfer, self._return_moment(settles, chosen), chosen)

    def _return_moment(self, settles: float, code: ReturnCode | ChangeCode) -> float:
        day = banking_date(settles)
        if isinstance(code, ReturnCode) and code.late:
            return at(
                banking_day_on_or_after(day + timedelta(days=self.late_return_days)), SETTLEMENT
            )
        return at(add_banking_days(day, 1), SETTLEMENT)

    def _plan(self, transfer: Transfer, moment: float, what: Status | ChangeCode) -> None:
        self._agenda.plan(moment, lambda moment: self._happen(transfer, what, moment))

    def _happen(self, transfer: Transfer, what: Status | ChangeCode, moment: float) -> None:
        if isinstance(what, ChangeCode):
            self._notify_of_change(transfer, what, moment)
        elif transfer.status != "canceled":
            self._enter(transfer, what, moment)
            if what == "originated":
                self._leave(transfer, moment)

    def _enter(self, transfer: Transfer, status: Status, moment: float) -> None:
        transfer.status = status
        transfer.history.append((status, moment))
        name = "created" if status == "pending" else status
        self._announce(f"transfer.{name}", moment, transfer.document())

    def _notify_of_change(self, transfer: Transfer, code: ChangeCode, moment: float) -> None:
        identifier = f"noc_{self._identifiers.hexadecimal(24)}"
        change = NotificationOfChange(identifier, transfer, code, moment)
        self._changes.append(change)
        self._announce("notification_of_change.created", moment, change.document())


ODFI_IDENTIFICATION = "12104288"


def _simulated(transfer: Transfer) -> ReturnCode | ChangeCode | None:
    dollars, cents = divmod(int(transfer.amount * 100), 100)
    if dollars == 55 and f"R{cents:02d}" in RETURN_CODES:
        return RETURN_CODES[f"R{cents:02d}"]
    named = _CODE.search(transfer.account.holder_name)
    if named is None:
        return None
    return RETURN_CODES.get(named[1]) or CHANGE_CODES.get(named[1])
