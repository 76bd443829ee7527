"""Brings calls to a provider's own address to a running sandbox, for clients that fix the address.

    session = requests.Session()
    reroute(session, "https://api-m.sandbox.paypal.com", "http://127.0.0.1:4567/paypal")

What takes a `requests` session of its user, such as PayPal's server SDK (`http_client_instance`),
then talks to the sandbox, unmodified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    import requests


class _Rerouted(HTTPAdapter):
    def __init__(self, address: str, sandbox_url: str) -> None:
        super().__init__()
        self._address = address
        self._sandbox_url = sandbox_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a request to the sandbox instead; no proxy stands before this machine."""
        url = request.url or self._address
        request.url = self._sandbox_url + url[len(self._address) :]
        return super().send(request, *args, **{**kwargs, "proxies": {}})


def reroute(session: requests.Session, address: str, sandbox_url: str) -> None:
    """Have a session call the sandbox at `sandbox_url` for everything below `address`."""
    address, sandbox_url = address.rstrip("/"), sandbox_url.rstrip("/")
    session.mount(address, _Rerouted(address, sandbox_url))
