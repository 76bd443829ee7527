"""Payouts to bank accounts, transfers to connected accounts, and their reversals.

Sources: https://docs.stripe.com/api/payouts, https://docs.stripe.com/api/transfers,
https://docs.stripe.com/api/transfer_reversals . A payout to a bank account of the test numbers
fails after its arrival, and the money comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.shared.agenda import Agenda
from sandbox_mocks.stripe.answers import invalid_request, missing
from sandbox_mocks.stripe.bank_accounts import PAYOUT_FAILURES

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.events import Events
    from sandbox_mocks.stripe.money import Balances
    from sandbox_mocks.stripe.parameters import Parameters
    from sandbox_mocks.stripe.store import ObjectStore

DEFAULT_PAYOUT_SECONDS = 2 * 86_400.0
_INSTANT_SECONDS = 1_800.0
_STATUSES = ("pending", "in_transit", "paid", "failed", "canceled")


class Payouts:
    """Money that leaves; `payout_seconds` is how long a standard payout takes, by the clock."""

    def __init__(
        self, store: ObjectStore, balances: Balances, events: Events, clock: VirtualClock
    ) -> None:
        self.payout_seconds = DEFAULT_PAYOUT_SECONDS
        self._store = store
        self._balances = balances
        self._events = events
        self._clock = clock
        self._agenda = Agenda()

    def settle(self) -> None:
        """Let arrive what is due by now."""
        self._agenda.run_until(self._clock.now())

    def create_payout(self, owner: str, parameters: Parameters) -> JsonObject:
        """Pay out; raises StripeError, and then nothing has been paid."""
        amount, currency = parameters.required_amount(), parameters.currency()
        method = parameters.choice("method", ("standard", "instant")) or "standard"
        destination = parameters.text("destination")
        fields = {
            "amount": amount,
            "automatic": False,
            "currency": currency,
            "description": parameters.text("description"),
            "metadata": parameters.metadata(),
            "method": method,
            "source_type": parameters.choice("source_type", ("card", "bank_account", "fpx"))
            or "card",
            "statement_descriptor": parameters.text("statement_descriptor", longest=22),
        }
        parameters.finish()
        account = self._bank_account(owner, destination, currency)
        self._balances.require(owner, amount, currency, what="payout")
        now = self._clock.now()
        arrival = now + (_INSTANT_SECONDS if method == "instant" else self.payout_seconds)
        payout = self._store.add(
            "payout",
            owner,
            {
                **fields,
                "arrival_date": int(arrival),
                "balance_transaction": None,
                "destination": account["id"],
                "failure_balance_transaction": None,
                "failure_code": None,
                "failure_message": None,
                "original_payout": None,
                "reconciliation_status": "not_applicable",
                "reversed_by": None,
                "status": "pending",
                "type": "bank_account",
            },
        )
        payout["balance_transaction"] = self._balances.move(
            owner, -amount, currency, kind="payout", source=payout["id"], time=now
        )["id"]
        self._events.announce("payout.created", owner, payout)
        number = account["account_number"]
        self._agenda.plan(now + (arrival - now) / 2, lambda at: self._leave(owner, payout, at))
        self._agenda.plan(arrival, lambda at: self._arrive(owner, payout, number, at))
        return payout

    def cancel_payout(self, owner: str, identifier: str) -> JsonObject:
        """Take back a payout that has not left yet; raises StripeError."""
        payout = self._store.find("payout", owner, identifier)
        if payout["status"] != "pending":
            message = "Payouts can only be canceled while they are pending."
            raise invalid_request(message)
        self._give_back(owner, payout, "payout_cancel", self._clock.now())
        self._enter(owner, payout, "canceled", self._clock.now(), "payout.canceled")
        return payout

    def create_transfer(self, parameters: Parameters) -> JsonObject:
        """Move money to a connected account; raises StripeError."""
        destination = parameters.required_text("destination")
        amount, currency = parameters.required_amount(), parameters.currency()
        fields = {
            "amount": amount,
            "amount_reversed": 0,
            "currency": currency,
            "description": parameters.text("description"),
            "destination": destination,
            "metadata": parameters.metadata(),
            "reversed": False,
            "source_transaction": parameters.text("source_transaction"),
            "source_type": parameters.choice("source_type", ("card", "bank_account", "fpx"))
            or "card",
            "transfer_group": parameters.text("transfer_group"),
        }
        parameters.finish()
        if not any(each["id"] == destination for each in self._store.all("account", "")):
            message = f"No such destination: '{destination}'"
            raise invalid_request(message, code="resource_missing", param="destination")
        self._balances.require("", amount, currency, what="transfer")
        now = self._clock.now()
        transfer = self._store.add("transfer", "", fields)
        moved = self._balances.move(
            "", -amount, currency, kind="transfer", source=transfer["id"], time=now
        )
        received = self._balances.move(
            destination, amount, currency, kind="payment", source=transfer["id"], time=now
        )
        transfer |= {
            "balance_transaction": moved["id"],
            "destination_payment": received["id"].replace("txn_", "py_"),
            "reversals": {
                "object": "list",
                "data": [],
                "has_more": False,
                "total_count": 0,
                "url": f"/v1/transfers/{transfer['id']}/reversals",
            },
        }
        self._events.announce("transfer.created", "", transfer)
        return transfer

    def reverse_transfer(self, identifier: str, parameters: Parameters) -> JsonObject:
        """Take back a transfer, or a part of it; raises StripeError."""
        transfer = self._store.find("transfer", "", identifier)
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = parameters.amount() or left
        metadata, description = parameters.metadata(), parameters.text("description")
        parameters.ignore("refund_application_fee")
        parameters.finish()
        if amount > left or not left:
            message = f"The amount to reverse ({amount}) is more than what is left ({left})."
            raise invalid_request(message, param="amount")
        owner, currency, now = transfer["destination"], transfer["currency"], self._clock.now()
        self._balances.require(owner, amount, currency, what="reversal")
        reversal = self._store.add(
            "transfer_reversal",
            "",
            {
                "amount": amount,
                "currency": currency,
                "description": description,
                "metadata": metadata,
                "transfer": identifier,
            },
        )
        self._balances.move(
            owner, -amount, currency, kind="payment_refund", source=reversal["id"], time=now
        )
        reversal["balance_transaction"] = self._balances.move(
            "", amount, currency, kind="transfer_refund", source=reversal["id"], time=now
        )["id"]
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        transfer["reversals"]["data"].insert(0, reversal)
        transfer["reversals"]["total_count"] += 1
        self._events.announce("transfer.reversed", "", transfer)
        return reversal

    def reset(self) -> None:
        """Forget what was planned."""
        self.payout_seconds = DEFAULT_PAYOUT_SECONDS
        self._agenda.clear()

    def _bank_account(self, owner: str, identifier: str | None, currency: str) -> JsonObject:
        accounts = [
            each for each in self._store.all("bank_account", owner) if "customer" not in each
        ]
        if identifier is not None:
            for account in accounts:
                if account["id"] == identifier:
                    return account
            raise missing("external account", identifier, "destination")
        for account in accounts:
            if account["currency"] == currency:
                return account
        message = (
            "Sorry, you don't have any external accounts in that currency "
            f"({currency}) to which a payout can be made."
        )
        raise invalid_request(message)

    def _leave(self, owner: str, payout: JsonObject, time: float) -> None:
        if payout["status"] == "pending":
            self._enter(owner, payout, "in_transit", time, "payout.updated")

    def _arrive(self, owner: str, payout: JsonObject, number: str, time: float) -> None:
        if payout["status"] != "in_transit":
            return
        failure = PAYOUT_FAILURES.get(number)
        if failure is None:
            self._enter(owner, payout, "paid", time, "payout.paid")
            return
        payout["failure_code"], payout["failure_message"] = failure
        payout["failure_balance_transaction"] = self._give_back(
            owner, payout, "payout_failure", time
        )
        self._enter(owner, payout, "failed", time, "payout.failed")

    def _give_back(self, owner: str, payout: JsonObject, kind: str, time: float) -> str:
        moved = self._balances.move(
            owner, payout["amount"], payout["currency"], kind=kind, source=payout["id"], time=time
        )
        return str(moved["id"])

    def _enter(
        self, owner: str, payout: JsonObject, status: str, time: float, event_type: str
    ) -> None:
        before = {"status": payout["status"]}
        payout["status"] = status
        told = before if event_type == "payout.updated" else None
        self._events.announce(event_type, owner, payout, before=told, time=time)
