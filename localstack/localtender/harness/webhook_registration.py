"""Makes the sandboxes send their webhooks to the deployed API.

What an operator does once by hand on AWS (docs/webhooks.md): a webhook is registered at each
provider, and what its signatures are checked with goes into Secrets Manager. Both are looked at
first, so a stack that is up already is left alone. Sources: PayPal's "Webhooks management API",
Stripe's "Webhook Endpoints" API, and the ACH sandbox's own (sandbox_mocks/README.md).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from localtender.harness.errors import WebhookRegistrationError
from localtender.harness.local_client import LOCAL_CLIENT_ERRORS, local_client
from localtender.harness.stack_record import StackRecord
from localtender.harness.stack_status import api_url
from sandbox_mocks.credentials import SandboxCredentials

Secret = dict[str, str]

# The events by which a payout becomes what it was not; others would be ignored.
_PAYPAL_EVENTS = (
    *(
        f"PAYMENT.PAYOUTS-ITEM.{outcome}"
        for outcome in (
            "BLOCKED",
            "CANCELED",
            "DENIED",
            "FAILED",
            "REFUNDED",
            "RETURNED",
            "SUCCEEDED",
        )
    ),
    "PAYMENT.PAYOUTSBATCH.DENIED",
)


@dataclass(frozen=True)
class Registration:
    """One provider's API, and where its webhooks are to go.

    `known` is what Secrets Manager holds already, empty at first.
    """

    http: httpx.Client
    base_url: str
    sandbox_url: str
    credentials: SandboxCredentials
    url: str
    known: Secret


def register_webhooks(record: StackRecord) -> list[str]:
    """Register what is not registered yet; return the providers that were, for the first time.

    A module without webhooks is left alone. Raises WebhookRegistrationError.
    """
    names: Mapping[str, str] = record.outputs.get("webhook_secret_names") or {}
    path = record.outputs.get("webhook_path")
    api = api_url(record.endpoint_url, record.outputs)
    if not path or not api:
        return []
    secrets = local_client("secretsmanager", record)
    credentials = SandboxCredentials.from_environment(os.environ)
    registered = []
    with _failures_named(), httpx.Client(trust_env=False, timeout=10) as http:
        for provider, register in _PROVIDERS.items():
            if provider not in names:
                continue
            known = _stored(secrets, names[provider])
            secret = register(
                Registration(
                    http,
                    f"{record.sandbox_url}/{provider}",
                    record.sandbox_url,
                    credentials,
                    f"{api}{path}{provider}",
                    known,
                )
            )
            if secret != known:
                secrets.put_secret_value(SecretId=names[provider], SecretString=json.dumps(secret))
                registered.append(provider)
    return registered


def _paypal(at: Registration) -> Secret:
    token = _json(
        at.http.post(
            f"{at.base_url}/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(at.credentials.paypal.client_id, at.credentials.paypal.client_secret),
        )
    )["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    webhooks = f"{at.base_url}/v1/notifications/webhooks"
    listed = _json(at.http.get(webhooks, headers=headers))["webhooks"]
    webhook_id = next((each["id"] for each in listed if each["url"] == at.url), None)
    if webhook_id is None:
        wanted = {"url": at.url, "event_types": [{"name": name} for name in _PAYPAL_EVENTS]}
        webhook_id = _json(at.http.post(webhooks, headers=headers, json=wanted))["id"]
    # On AWS the chain leads to a public root; the sandbox's leads to one of its own.
    [certificates] = _json(at.http.get(f"{at.sandbox_url}/_sandbox/paypal/certificates"))
    return {"webhook_id": webhook_id, "trusted_certificates": certificates["root"]}


def _stripe(at: Registration) -> Secret:
    """Stripe shows a signing secret once: an endpoint whose secret is lost is made anew."""
    key = (at.credentials.stripe_secret_key, "")
    endpoints = f"{at.base_url}/v1/webhook_endpoints"
    listed = _json(at.http.get(endpoints, auth=key, params={"limit": "100"}))["data"]
    ours = [each["id"] for each in listed if each["url"] == at.url]
    if at.known.get("endpoint_id") in ours:
        return at.known
    for endpoint in ours:
        _json(at.http.delete(f"{endpoints}/{endpoint}", auth=key))
    made = _json(at.http.post(endpoints, auth=key, data={"url": at.url, "enabled_events[0]": "*"}))
    return {"endpoint_id": made["id"], "signing_secret": made["secret"]}


def _ach(at: Registration) -> Secret:
    headers = {"Authorization": f"Bearer {at.credentials.ach_api_key}"}
    endpoints = f"{at.base_url}/v1/webhook-endpoints"
    listed = _json(at.http.get(endpoints, headers=headers))["data"]
    ours = [each["id"] for each in listed if each["url"] == at.url]
    if at.known.get("endpoint_id") in ours:
        return at.known
    for endpoint in ours:
        _json(at.http.delete(f"{endpoints}/{endpoint}", headers=headers))
    made = _json(at.http.post(endpoints, headers=headers, json={"url": at.url}))
    return {"endpoint_id": made["id"], "signing_secret": made["secret"]}


_PROVIDERS: dict[str, Callable[[Registration], Secret]] = {
    "paypal": _paypal,
    "stripe": _stripe,
    "ach": _ach,
}


def _stored(secrets: Any, name: str) -> Secret:
    try:
        value: Secret = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
    except (secrets.exceptions.ResourceNotFoundException, KeyError, ValueError):
        return {}
    return value


def _json(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json()


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, KeyError, ValueError, *LOCAL_CLIENT_ERRORS) as error:
        raise WebhookRegistrationError(
            f"The sandboxes' webhooks could not be registered: {error}. If a sandbox's credentials "
            "were changed, change them back or say so in SANDBOX_PAYPAL_CLIENT_ID and the like; "
            "then run `make up` again, or start over with `make reset`."
        ) from error
