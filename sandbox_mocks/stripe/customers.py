"""Customers, connected accounts, tokens, and the bank accounts of each.

Sources: https://docs.stripe.com/api/customers, /api/accounts, /api/tokens,
/api/customer_bank_accounts, /api/external_accounts .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.stripe.answers import invalid_request, missing
from sandbox_mocks.stripe.bank_accounts import bank_account_fields, shown

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.events import Events
    from sandbox_mocks.stripe.parameters import Parameters
    from sandbox_mocks.stripe.store import ObjectStore

_TEXTS = ("description", "email", "name", "phone")
_WITHOUT_EFFECT = (
    *("address", "business_profile", "business_type", "capabilities", "company", "controller"),
    *(
        "individual",
        "invoice_settings",
        "preferred_locales",
        "settings",
        "shipping",
        "tos_acceptance",
    ),
)
_MICRODEPOSITS = ["32", "45"]


class Customers:
    """Whom money comes from and goes to."""

    def __init__(self, store: ObjectStore, events: Events) -> None:
        self._store = store
        self._events = events

    def create_customer(self, owner: str, parameters: Parameters) -> JsonObject:
        """Add a customer; raises StripeError."""
        fields: JsonObject = {name: parameters.text(name) for name in _TEXTS}
        fields |= {"balance": 0, "currency": None, "delinquent": False, "default_source": None}
        fields["metadata"] = parameters.metadata()
        parameters.ignore(*_WITHOUT_EFFECT)
        parameters.finish()
        customer = self._store.add("customer", owner, fields)
        self._events.announce("customer.created", owner, customer)
        return customer

    def update_customer(self, owner: str, identifier: str, parameters: Parameters) -> JsonObject:
        """Change a customer; raises StripeError."""
        customer = self._store.find("customer", owner, identifier)
        changes: JsonObject = {name: parameters.text(name) for name in _TEXTS if name in parameters}
        changes["metadata"] = parameters.metadata(customer["metadata"])
        if "default_source" in parameters:
            changes["default_source"] = parameters.text("default_source")
        parameters.ignore(*_WITHOUT_EFFECT)
        parameters.finish()
        before = {name: customer[name] for name in changes if customer[name] != changes[name]}
        customer |= changes
        self._events.announce("customer.updated", owner, customer, before=before)
        return customer

    def delete_customer(self, owner: str, identifier: str) -> JsonObject:
        """Delete a customer; raises StripeError."""
        customer = self._store.find("customer", owner, identifier)
        deleted = self._store.remove("customer", owner, identifier)
        self._events.announce("customer.deleted", owner, customer)
        return deleted

    def create_account(self, parameters: Parameters) -> JsonObject:
        """Add a connected account, which can be paid at once; raises StripeError."""
        fields: JsonObject = {
            "business_type": None,
            "charges_enabled": True,
            "country": (parameters.text("country") or "US").upper(),
            "default_currency": parameters.text("default_currency") or "usd",
            "details_submitted": True,
            "email": parameters.text("email"),
            "metadata": parameters.metadata(),
            "payouts_enabled": True,
            "type": parameters.choice("type", ("custom", "express", "standard")) or "none",
        }
        external = parameters.nested("external_account")
        parameters.ignore(*_WITHOUT_EFFECT)
        parameters.finish()
        bank_account = None if external is None else bank_account_fields(external)
        account = self._store.add("account", "", fields)
        if bank_account is not None:
            self._add_external_account(account["id"], bank_account)
        self._events.announce("account.updated", account["id"], account)
        return account

    def create_token(self, owner: str, parameters: Parameters) -> JsonObject:
        """Make a token of a bank account; raises StripeError."""
        nested = parameters.nested("bank_account")
        parameters.finish()
        if nested is None:
            raise parameters.missing("bank_account")
        fields = bank_account_fields(nested)
        token = self._store.add(
            "token", owner, {"client_ip": None, "type": "bank_account", "used": False}
        )
        token["bank_account"] = {"id": f"ba_{token['id'][4:]}", "object": "bank_account"} | fields
        return token

    def add_source(self, owner: str, customer_id: str, parameters: Parameters) -> JsonObject:
        """Attach a bank account to a customer; raises StripeError."""
        customer = self._store.find("customer", owner, customer_id)
        fields = self._bank_account(owner, parameters, "source")
        account = self._store.add("bank_account", owner, {**fields, "customer": customer_id})
        customer["default_source"] = customer["default_source"] or account["id"]
        self._events.announce("customer.source.created", owner, shown(account))
        return account

    def verify_source(
        self, owner: str, customer_id: str, identifier: str, parameters: Parameters
    ) -> JsonObject:
        """Verify a bank account by its two small deposits, 32 and 45 cents in test mode."""
        account = self.source(owner, customer_id, identifier)
        amounts = parameters.texts("amounts")
        parameters.finish()
        if account["status"] == "verified":
            raise invalid_request("This bank account has already been verified.")
        if sorted(amounts or []) != _MICRODEPOSITS:
            message = (
                "The amounts provided do not match the amounts that were sent to the bank account."
            )
            raise invalid_request(message, code="bank_account_verification_failed", param="amounts")
        account["status"] = "verified"
        return account

    def source(self, owner: str, customer_id: str, identifier: str) -> JsonObject:
        """Return a customer's bank account; raises StripeError."""
        account = self._store.find("bank_account", owner, identifier)
        if account.get("customer") != customer_id:
            raise missing("source", identifier)
        return account

    def sources(self, owner: str, customer_id: str) -> list[JsonObject]:
        """Return a customer's bank accounts; raises StripeError."""
        self._store.find("customer", owner, customer_id)
        every = self._store.all("bank_account", owner)
        return [each for each in every if each.get("customer") == customer_id]

    def add_external_account(self, account_id: str, parameters: Parameters) -> JsonObject:
        """Add the bank account that a connected account is paid out to; raises StripeError."""
        self._store.find("account", "", account_id)
        fields = self._bank_account("", parameters, "external_account")
        return self._add_external_account(account_id, fields)

    def external_accounts(self, account_id: str) -> list[JsonObject]:
        """Return the bank accounts that an account is paid out to."""
        every = self._store.all("bank_account", account_id)
        return [each for each in every if "customer" not in each]

    def _add_external_account(self, account_id: str, fields: JsonObject) -> JsonObject:
        return self._store.add("bank_account", account_id, {**fields, "account": account_id})

    def _bank_account(self, owner: str, parameters: Parameters, name: str) -> JsonObject:
        """Read a bank account: a token, or its fields."""
        if parameters.is_nested(name):
            nested = parameters.nested(name)
            parameters.ignore("metadata")
            parameters.finish()
            assert nested is not None
            return bank_account_fields(nested)
        token_id = parameters.required_text(name)
        metadata = parameters.metadata()
        parameters.ignore("default_for_currency")
        parameters.finish()
        token = self._store.find("token", owner, token_id, param=name)
        if token["used"]:
            message = f"You cannot use a Stripe token more than once: {token_id}."
            raise invalid_request(message, code="token_already_used", param=name)
        token["used"] = True
        hidden = ("id", "object")
        fields = {key: value for key, value in token["bank_account"].items() if key not in hidden}
        return fields | ({"metadata": metadata} if metadata else {})
