"""botocore clients: made once per service, region and endpoint, shared by all threads.

Every operation of a client can be interrupted, is tried again where the resource type says so, and
answers with an :class:`.answers.Answer`.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from localtender.provider.answers import Answer, unreadable
from localtender.provider.endpoints import loopback_url
from localtender.provider.interruption import Requests
from localtender.provider.retries import persist

if TYPE_CHECKING:
    from botocore.session import Session

    from localtender.provider.configuration import Credentials

_CONNECT_TIMEOUT_SECONDS: Final = 3
_READ_TIMEOUT_SECONDS: Final = 60
_CONNECTIONS: Final = 50

# What botocore's parsers come to when an answer is not of the service's form.
_UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)

ClientKey = tuple[str, str, str, "Credentials"]


class Clients:
    """Makes clients on demand and keeps them.

    Parsing a service's model is what makes a client slow; one session is shared, so each model is
    parsed once a process. botocore's clients may be used by many threads, its session may not.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = Requests()
        self._session: Session | None = None
        self._clients: dict[ClientKey, Any] = {}

    def get(self, service: str, region: str, endpoint_url: str, credentials: Credentials) -> Any:
        """Return the client of a service.

        Raises
        ------
        RefusedEndpointError
            When the endpoint is not on this machine.
        """
        key = (service, region, endpoint_url, credentials)
        client = self._clients.get(key)
        if client is None:
            with self._lock:
                client = self._clients.get(key)
                if client is None:
                    client = self._make(service, region, loopback_url(endpoint_url), credentials)
                    self._clients[key] = client
        return client

    def _make(self, service: str, region: str, endpoint_url: str, credentials: Credentials) -> Any:
        from botocore.config import Config

        client = self._shared_session().create_client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
            config=Config(
                connect_timeout=_CONNECT_TIMEOUT_SECONDS,
                read_timeout=_READ_TIMEOUT_SECONDS,
                max_pool_connections=_CONNECTIONS,
                retries={"mode": "standard", "total_max_attempts": 3},
                # Not None: the proxies of the environment must not see loopback traffic.
                proxies={},
                use_fips_endpoint=False,
                use_dualstack_endpoint=False,
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                inject_host_prefix=False,
                account_id_endpoint_mode="disabled",
            ),
        )
        client.meta.events.register("before-send", _refuse_other_machines)
        return client

    def _shared_session(self) -> Session:
        if self._session is None:
            import botocore.session

            # Nothing of the user's AWS configuration may reach a request: no profile, no files.
            nothing = (None, None, os.devnull, None)
            self._session = botocore.session.Session(
                session_vars={
                    "profile": (None, None, None, None),
                    "config_file": nothing,
                    "credentials_file": nothing,
                }
            )
            self._session.register("creating-client-class", self._watch_operations)
        return self._session

    def _watch_operations(self, **event: Any) -> None:
        class_attributes = event["class_attributes"]
        for name, method in class_attributes.items():
            if callable(method):
                class_attributes[name] = self._watched(name, method)

    def _watched(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation's method that can be interrupted and that vets the answer."""

        @functools.wraps(method)
        def call(client: Any, *arguments: Any, **parameters: Any) -> Any:
            operation = client.meta.method_to_api_mapping[name]
            request = functools.partial(method, client, *arguments, **parameters)
            try:
                answer = persist(lambda: self._requests.answer(request, operation))
                return Answer(answer, operation)
            except Exception as failure:
                # By name: botocore is imported when the first client is made.
                parser_gave_up = type(failure).__name__ == "ResponseParserError"
                if parser_gave_up or isinstance(failure, _UNREADABLE):
                    raise unreadable(operation, client.meta.endpoint_url, failure) from failure
                raise

        return call


def _refuse_other_machines(request: Any, **_event: Any) -> None:
    """Stop a request that a rule of the SDK has led away from the loopback endpoint."""
    parts = urlsplit(request.url)
    loopback_url(f"{parts.scheme}://{parts.netloc}")
