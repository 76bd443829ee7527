"""Which call does what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.stripe.answers import invalid_request
from sandbox_mocks.stripe.bank_accounts import shown
from sandbox_mocks.stripe.store import matching

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.customers import Customers
    from sandbox_mocks.stripe.events import Events
    from sandbox_mocks.stripe.money import Balances
    from sandbox_mocks.stripe.parameters import Parameters
    from sandbox_mocks.stripe.payment_intents import PaymentIntents
    from sandbox_mocks.stripe.payouts import Payouts
    from sandbox_mocks.stripe.store import ObjectStore

# By the word in the path: the kind of object, and the parameters by which its list is filtered.
_LISTED = {
    "accounts": ("account", ()),
    "balance_transactions": ("balance_transaction", ("source", "type", "currency", "payout")),
    "charges": ("charge", ("customer", "payment_intent")),
    "customers": ("customer", ("email",)),
    "events": ("event", ("type",)),
    "payment_intents": ("payment_intent", ("customer",)),
    "payouts": ("payout", ("destination", "status")),
    "refunds": ("refund", ("charge", "payment_intent")),
    "transfers": ("transfer", ("destination", "transfer_group")),
    "webhook_endpoints": ("webhook_endpoint", ()),
}
# What belongs to the platform whatever account a call is made for.
_OF_THE_PLATFORM = ("accounts", "transfers", "webhook_endpoints")


class Routes:
    """Carries out a call: the method and the words of the path after ``/v1``."""

    def __init__(
        self,
        store: ObjectStore,
        balances: Balances,
        events: Events,
        customers: Customers,
        payouts: Payouts,
        payment_intents: PaymentIntents,
    ) -> None:
        self._store = store
        self._balances = balances
        self._events = events
        self._customers = customers
        self._payouts = payouts
        self._payment_intents = payment_intents

    def carry_out(self, method: str, words: list[str], owner: str, given: Parameters) -> JsonObject:
        """Do what is asked, and return the object; raises StripeError."""
        match (method, *words):
            case ("GET", "balance"):
                given.finish()
                return self._balances.document(owner)
            case ("GET", resource) if resource in _LISTED:
                return self._list(resource, owner, given)
            case ("GET", resource, identifier) if resource in _LISTED:
                given.finish()
                return self._store.find(_LISTED[resource][0], _whose(resource, owner), identifier)
            case ("POST", "payouts", *rest):
                return self._on_payouts(rest, owner, given, words)
            case ("POST", "transfers", *rest):
                return self._on_transfers(rest, given, words)
            case ("POST", "payment_intents" | "refunds" | "charges", *_):
                return self._on_payments(words, owner, given)
            case (_, "customers", *rest):
                return self._on_customers(method, rest, owner, given, words)
            case (_, "webhook_endpoints" | "events", *_):
                return self._on_webhooks(method, words, given)
            case _:
                return self._on_accounts(method, words, owner, given)

    def _on_payouts(
        self, rest: list[str], owner: str, given: Parameters, words: list[str]
    ) -> JsonObject:
        match rest:
            case []:
                return self._payouts.create_payout(owner, given)
            case [identifier]:
                return self._new_metadata("payout", owner, identifier, given)
            case [identifier, "cancel"]:
                given.finish()
                return self._payouts.cancel_payout(owner, identifier)
        raise unrecognized("POST", words)

    def _on_transfers(self, rest: list[str], given: Parameters, words: list[str]) -> JsonObject:
        match rest:
            case []:
                return self._payouts.create_transfer(given)
            case [identifier]:
                return self._new_metadata("transfer", "", identifier, given)
            case [identifier, "reversals"]:
                return self._payouts.reverse_transfer(identifier, given)
        raise unrecognized("POST", words)

    def _on_payments(self, words: list[str], owner: str, given: Parameters) -> JsonObject:
        intents = self._payment_intents
        match words:
            case ["payment_intents"]:
                return intents.create(owner, given)
            case ["payment_intents", identifier]:
                return intents.update(owner, identifier, given)
            case ["payment_intents", identifier, "confirm"]:
                return intents.confirm(owner, identifier, given)
            case ["payment_intents", identifier, "capture"]:
                return intents.capture(owner, identifier, given)
            case ["payment_intents", identifier, "cancel"]:
                return intents.cancel(owner, identifier, given)
            case ["refunds"]:
                return intents.refund(owner, given)
            case [("refunds" | "charges") as resource, identifier]:
                return self._new_metadata(_LISTED[resource][0], owner, identifier, given)
        raise unrecognized("POST", words)

    def _on_customers(
        self, method: str, rest: list[str], owner: str, given: Parameters, words: list[str]
    ) -> JsonObject:
        customers = self._customers
        match (method, *rest):
            case ("POST",):
                return customers.create_customer(owner, given)
            case ("POST", identifier):
                return customers.update_customer(owner, identifier, given)
            case ("DELETE", identifier):
                return customers.delete_customer(owner, identifier)
            case ("POST", identifier, "sources" | "bank_accounts"):
                return shown(customers.add_source(owner, identifier, given))
            case ("GET", identifier, "sources" | "bank_accounts"):
                rows = [shown(each) for each in customers.sources(owner, identifier)]
                given.ignore("object")
                return self._page(words, rows, given)
            case ("GET", identifier, "sources" | "bank_accounts", account_id):
                return shown(customers.source(owner, identifier, account_id))
            case ("DELETE", identifier, "sources" | "bank_accounts", account_id):
                customers.source(owner, identifier, account_id)
                return self._store.remove("bank_account", owner, account_id)
            case ("POST", identifier, "sources" | "bank_accounts", account_id, "verify"):
                return shown(customers.verify_source(owner, identifier, account_id, given))
        raise unrecognized(method, words)

    def _on_webhooks(self, method: str, words: list[str], given: Parameters) -> JsonObject:
        match (method, *words):
            case ("POST", "webhook_endpoints"):
                return self._events.create_endpoint(given)
            case ("POST", "webhook_endpoints", identifier):
                endpoint = self._store.find("webhook_endpoint", "", identifier)
                return self._events.update_endpoint(endpoint, given)
            case ("DELETE", "webhook_endpoints", identifier):
                return self._events.delete_endpoint(identifier)
            case ("POST", "events", identifier, "retry"):
                given.ignore("webhook_endpoint", "account")
                return self._events.resend(identifier)
        raise unrecognized(method, words)

    def _on_accounts(
        self, method: str, words: list[str], owner: str, given: Parameters
    ) -> JsonObject:
        match (method, *words):
            case ("POST", "tokens"):
                token = self._customers.create_token(owner, given)
                return {**token, "bank_account": shown(token["bank_account"])}
            case ("POST", "accounts"):
                return self._customers.create_account(given)
            case ("POST", "accounts", identifier):
                return self._new_metadata("account", "", identifier, given)
            case ("DELETE", "accounts", identifier):
                return self._store.remove("account", "", identifier)
            case ("POST", "accounts", identifier, "external_accounts" | "bank_accounts"):
                return shown(self._customers.add_external_account(identifier, given))
            case ("GET", "accounts", identifier, "external_accounts" | "bank_accounts"):
                self._store.find("account", "", identifier)
                rows = [shown(each) for each in self._customers.external_accounts(identifier)]
                given.ignore("object")
                return self._page(words, rows, given)
            case ("GET", "transfers", identifier, "reversals"):
                transfer = self._store.find("transfer", "", identifier)
                return self._page(words, reversed(transfer["reversals"]["data"]), given)
        raise unrecognized(method, words)

    def _list(self, resource: str, owner: str, given: Parameters) -> JsonObject:
        kind, filters = _LISTED[resource]
        rows = matching(self._store.all(kind, _whose(resource, owner)), given, filters)
        types = given.texts("types") if kind == "event" else None
        if types is not None:
            rows = [row for row in rows if row["type"] in types]
        return self._page([resource], rows, given)

    def _page(self, words: list[str], rows: object, given: Parameters) -> JsonObject:
        page = self._store.page(f"/v1/{'/'.join(words)}", rows, given)  # type: ignore[arg-type]
        given.finish()
        return page

    def _new_metadata(
        self, kind: str, owner: str, identifier: str, given: Parameters
    ) -> JsonObject:
        document = self._store.find(kind, owner, identifier)
        metadata = given.metadata(document["metadata"])
        description = given.text("description") if "description" in document else None
        given.finish()
        document["metadata"] = metadata
        if description is not None:
            document["description"] = description
        return document


def unrecognized(method: str, words: list[str]) -> Exception:
    """Return the error of a URL that Stripe does not have."""
    path = "/".join(words)
    message = (
        f"Unrecognized request URL ({method}: /v1/{path}). Please see https://stripe.com/docs or "
        "we can help at https://support.stripe.com/."
    )
    return invalid_request(message, status=404)


def _whose(resource: str, owner: str) -> str:
    return "" if resource in _OF_THE_PLATFORM else owner
