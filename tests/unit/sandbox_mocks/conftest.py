from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from sandbox_mocks.ach.model import AchModel
from sandbox_mocks.paypal.model import PayPalModel
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.identifiers import IdentifierSource
from sandbox_mocks.shared.messages import Answer, Request
from sandbox_mocks.stripe.model import StripeModel

DAY = 86_400.0


@dataclass
class PayPalClient:
    """Calls a PayPal model directly, with a valid token unless told otherwise."""

    model: PayPalModel
    clock: VirtualClock
    token: str = ""
    last: Answer = field(default_factory=lambda: Answer(0))

    def authenticate(self) -> None:
        self.token = self.request_token()[1]["access_token"]

    def request_token(
        self, user: str = "sandbox-client-id:sandbox-client-secret", body: str | None = None
    ) -> tuple[int, Any]:
        basic = base64.b64encode(user.encode()).decode()
        form = "grant_type=client_credentials" if body is None else body
        return self.send(
            "POST", "/v1/oauth2/token", form.encode(), {"Authorization": f"Basic {basic}"}
        )

    def call(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        body = b"" if document is None else json.dumps(document).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, body, sent)

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        path, _, query = path.partition("?")
        pairs = tuple(
            (name, value)
            for name, _, value in (pair.partition("=") for pair in query.split("&") if pair)
        )
        self.last = self.model.handle(
            Request(method, path, pairs, tuple(headers.items()), body, "http://sandbox/paypal")
        )
        return self.last.status, json.loads(self.last.body) if self.last.body else None

    def order(self, **order: Any) -> Any:
        """Make an order of one unit of USD 100.00, unless told otherwise; return its answer."""
        amount = {"currency_code": "USD", "value": "100.00"}
        body = {"intent": "CAPTURE", "purchase_units": [{"amount": amount}], **order}
        request_id = {"PayPal_Request_Id": str(uuid4())} if "payment_source" in body else {}
        status, made = self.call("POST", "/v2/checkout/orders", body, **request_id)
        assert status == 201, made
        return made

    def act(self, listing: str, identifier: str, action: str, document: Any = None) -> Any:
        """Do as the control API does in the place of the payer."""
        act = self.model.actions()[listing, action]
        return act(identifier, document, "http://sandbox/paypal")

    def paid_order(self, intent: str = "CAPTURE", outcome: str = "COMPLETED", **order: Any) -> Any:
        """Make an order, approve it, capture or authorize it; return what was paid."""
        made = self.order(intent=intent, **order)
        self.act("orders", made["id"], "approve", {"outcome": outcome})
        status, paid = self.call("POST", f"/v2/checkout/orders/{made['id']}/{intent.lower()}", {})
        assert status == 201, paid
        kind = "captures" if intent == "CAPTURE" else "authorizations"
        return paid["purchase_units"][0]["payments"][kind][0]


@pytest.fixture
def paypal() -> PayPalClient:
    clock = VirtualClock(lambda: 1_700_000_000.0)
    model = PayPalModel(clock=clock, identifiers=IdentifierSource(seed=1))
    client = PayPalClient(model, clock)
    client.authenticate()
    return client


@pytest.fixture
def make_payout() -> Any:
    """Return a function that makes the body of a payout request."""

    def payout(
        sender_batch_id: str | None = "batch-1",
        *,
        receiver: str = "ann@example.com",
        value: Any = "9.87",
        currency: Any = "USD",
        **item: Any,
    ) -> dict[str, Any]:
        header = {"email_subject": "You have a payment"}
        if sender_batch_id is not None:
            header["sender_batch_id"] = sender_batch_id
        return {
            "sender_batch_header": header,
            "items": [
                {
                    "recipient_type": "EMAIL",
                    "receiver": receiver,
                    "amount": {"currency": currency, "value": value},
                    **item,
                }
            ],
        }

    return payout


# A Wednesday, 10:00 in New York; Friday of that week is a banking day, Thursday 4 July is none.
WEDNESDAY = 1_720_015_200.0


@dataclass
class AchClient:
    """Calls an ACH model directly, with its key unless told otherwise."""

    model: AchModel
    clock: VirtualClock
    last: Answer = field(default_factory=lambda: Answer(0))

    def call(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        body = b"" if document is None else json.dumps(document).encode()
        return self.send(method, path, body, **headers)

    def send(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
        path, _, query = path.partition("?")
        pairs = tuple(
            (name, value) for name, _, value in (p.partition("=") for p in query.split("&") if p)
        )
        sent = {"Authorization": "Bearer ach-sandbox-key"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.last = self.model.handle(Request(method, path, pairs, tuple(sent.items()), body))
        text = self.last.body
        is_json = (self.last.header("content-type") or "").startswith("application/json")
        return self.last.status, json.loads(text) if is_json else text.decode()

    def account(self, holder_name: str = "Ann Lee", **fields: str) -> str:
        numbers = {"routing_number": "021000021", "account_number": "000123456789"}
        status, made = self.call(
            "POST", "/v1/accounts", {"holder_name": holder_name, **numbers, **fields}
        )
        assert status == 201, made
        return str(made["id"])

    def transfer(
        self, amount: str = "12.50", *, holder_name: str = "Ann Lee", **fields: Any
    ) -> Any:
        body = {"account_id": self.account(holder_name), "amount": amount, "direction": "credit"}
        status, made = self.call("POST", "/v1/transfers", body | fields)
        assert status == 201, made
        return made

    def status_of(self, transfer: Any) -> str:
        return str(self.call("GET", f"/v1/transfers/{transfer['id']}")[1]["status"])


@pytest.fixture
def ach() -> AchClient:
    clock = VirtualClock(lambda: WEDNESDAY)
    return AchClient(AchModel(clock=clock, identifiers=IdentifierSource(seed=1)), clock)


@dataclass
class StripeCaller:
    """Calls a Stripe model directly, with its key unless told otherwise."""

    model: StripeModel
    clock: VirtualClock
    last: Answer = field(default_factory=lambda: Answer(0))

    def call(
        self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, Any]:
        pairs = tuple((name, str(value)) for name, value in (form or {}).items())
        sent = {"Authorization": "Bearer sk_test_sandbox"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        query, body = (pairs, b"") if method == "GET" else ((), urlencode(pairs).encode())
        self.last = self.model.handle(Request(method, path, query, tuple(sent.items()), body))
        return self.last.status, json.loads(self.last.body)

    def make(self, path: str, **form: Any) -> Any:
        status, made = self.call("POST", path, form)
        assert status == 200, made
        return made

    def events(self) -> list[str]:
        _, page = self.call("GET", "/v1/events", {"limit": 100})
        return [event["type"] for event in reversed(page["data"])]


@pytest.fixture
def stripe_api() -> StripeCaller:
    clock = VirtualClock(lambda: WEDNESDAY)
    return StripeCaller(StripeModel(clock=clock, identifiers=IdentifierSource(seed=1)), clock)
