"""The ACH processor's behaviour, free of any transport: which call does what."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any

from sandbox_mocks.ach.accounts import Accounts
from sandbox_mocks.ach.answers import AchError, AnswerMaker, invalid, standard_error
from sandbox_mocks.ach.banking_calendar import banking_date
from sandbox_mocks.ach.nacha_file import nacha_file
from sandbox_mocks.ach.transfers import STATUSES, Transfers
from sandbox_mocks.ach.webhooks import Webhooks
from sandbox_mocks.shared.clock import VirtualClock, internet_time
from sandbox_mocks.shared.idempotency_memory import IdempotencyMemory, OtherRequestError
from sandbox_mocks.shared.identifiers import IdentifierSource
from sandbox_mocks.shared.json_documents import MalformedJsonError, read_json
from sandbox_mocks.shared.messages import with_headers
from sandbox_mocks.shared.model import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Answer, Headers, Request
    from sandbox_mocks.shared.model import Action
    from sandbox_mocks.shared.webhooks.outbox import Outbox

DEFAULT_API_KEY = "ach-sandbox-key"
IDEMPOTENCY_SECONDS = 30 * 86_400.0
_LONGEST_KEY = 255
_LARGEST_PAGE, _DEFAULT_PAGE = 100, 25
_PAGE = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST_LATE_RETURN_DAYS = 60
_REPLAYED = (("Idempotent-Replayed", "true"),)


class AchModel:
    """Accounts, transfers and webhooks of one client of the processor."""

    name = "ach"

    def __init__(
        self,
        *,
        api_key: str = DEFAULT_API_KEY,
        clock: VirtualClock | None = None,
        identifiers: IdentifierSource | None = None,
    ) -> None:
        self.clock = clock or VirtualClock()
        identifiers = identifiers or IdentifierSource()
        self._first_api_key = self._api_key = api_key
        self._answers = AnswerMaker(identifiers)
        self._webhooks = Webhooks(self.clock, identifiers)
        self._memory: IdempotencyMemory[Answer] = IdempotencyMemory(self.clock, IDEMPOTENCY_SECONDS)
        self.accounts = Accounts(self.clock, identifiers)
        self.transfers = Transfers(self.accounts, self.clock, identifiers, self._webhooks.announce)

    @property
    def webhooks(self) -> Outbox:
        """What waits to be told to clients."""
        return self._webhooks.outbox

    def settle(self) -> None:
        """Let transfers leave, settle and return as the clock says."""
        self.transfers.settle()

    def handle(self, request: Request) -> Answer:
        """Do what the request asks and answer."""
        self.settle()
        try:
            self._check_key(request)
            return self._dispatch(request)
        except AchError as error:
            return self._answers.error(error)

    def progress_key(self, request: Request) -> str | None:
        """Return the idempotency key of a POST, which must not be in progress twice."""
        return request.header("idempotency-key") if request.method == "POST" else None

    def busy_answer(self, request: Request) -> Answer:  # noqa: ARG002 - the port's signature
        """Answer a request whose idempotency key is in progress already."""
        message = "A request with this Idempotency-Key is in progress; try again in a moment."
        return self._answers.error(AchError(409, "idempotency_key_in_use", message))

    def fault_answer(
        self,
        status: int,
        headers: Headers = (),
        body: bytes | None = None,
        *,
        path: str = "",  # noqa: ARG002 - the port's signature
    ) -> Answer:
        """Return an injected answer; without a body, the processor's own for that status."""
        if body is not None:
            plain = self._answers.raw(status, (("Content-Type", "application/json"),), body)
            return with_headers(plain, headers)
        if status < 400:
            return with_headers(self._answers.document(status, {}), headers)
        return with_headers(self._answers.error(standard_error(status)), headers)

    def listings(self) -> Mapping[str, Callable[[], list[JsonObject]]]:
        """Return what a test may look at."""
        return {
            "accounts": lambda: [account.document() for account in self.accounts.all()],
            "transfers": self._all_transfers,
            "events": self._webhooks.events,
            "deliveries": lambda: [each.document() for each in self.webhooks.deliveries],
        }

    def actions(self) -> Mapping[tuple[str, str], Action]:
        """Return nothing: a transfer's fate is chosen by its amount, and the clock brings it."""
        return {}

    def settings(self) -> JsonObject:
        """Return the settings in force, the key left out."""
        return {"late_return_days": self.transfers.late_return_days}

    def change_settings(self, changes: JsonObject) -> None:
        """Change ``late_return_days`` (1 to 60) or ``api_key``.

        Raises:
            SettingError: a name or a value is not one of these.
        """
        for name, value in changes.items():
            if name == "late_return_days":
                number = isinstance(value, int) and not isinstance(value, bool)
                if not number or not 1 <= value <= _LONGEST_LATE_RETURN_DAYS:
                    raise SettingError(name, "must be a whole number from 1 to 60")
            elif name != "api_key":
                raise SettingError(name, "is not a setting; known are api_key, late_return_days")
            elif not isinstance(value, str) or not value:
                raise SettingError(name, "must be a non-empty string")
        self._api_key = changes.get("api_key", self._api_key)
        self.transfers.late_return_days = changes.get(
            "late_return_days", self.transfers.late_return_days
        )

    def reset(self) -> None:
        """Forget all state and return to the first settings."""
        self._api_key = self._first_api_key
        self._memory.reset()
        self.accounts.reset()
        self.transfers.reset()
        self._webhooks.reset()

    def _check_key(self, request: Request) -> None:
        scheme, _, key = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            key.strip().encode(), self._api_key.encode()
        ):
            raise standard_error(401)

    def _dispatch(self, request: Request) -> Answer:
        made = (request.method, *request.path.rstrip("/").split("/")[1:])
        match made:
            case ("POST", "v1", "accounts"):
                return self._once(request, self._create_account)
            case ("GET", "v1", "accounts"):
                return self._page(request, [each.document() for each in self.accounts.all()])
            case ("GET", "v1", "accounts", account_id):
                return self._shown(self.accounts.find(account_id).document())
            case ("POST", "v1", "transfers"):
                return self._once(request, self._create_transfer)
            case ("GET", "v1", "transfers"):
                return self._page(request, self._wanted_transfers(request))
            case ("GET", "v1", "transfers", transfer_id):
                return self._shown(self.transfers.find(transfer_id).document())
            case ("POST", "v1", "transfers", transfer_id, "cancel"):
                return self._shown(self.transfers.cancel(transfer_id).document())
            case ("GET", "v1", "notifications-of-change"):
                return self._page(request, [each.document() for each in self.transfers.changes()])
            case ("GET", "v1", "files"):
                return self._page(request, self._files())
            case ("GET", "v1", "files", file_id):
                return self._file(file_id)
        return self._dispatch_webhooks(made, request)

    def _dispatch_webhooks(self, made: tuple[str, ...], request: Request) -> Answer:
        match made:
            case ("POST", "v1", "webhook-endpoints"):
                return self._shown(self._webhooks.create_endpoint(_body(request)), 201)
            case ("GET", "v1", "webhook-endpoints"):
                return self._page(request, self._webhooks.endpoints())
            case ("DELETE", "v1", "webhook-endpoints", endpoint_id):
                return self._shown(self._webhooks.delete_endpoint(endpoint_id))
            case ("GET", "v1", "events"):
                return self._page(request, self._webhooks.events())
            case ("GET", "v1", "events", event_id):
                return self._shown(self._webhooks.event(event_id))
            case ("POST", "v1", "events", event_id, "redeliver"):
                return self._shown(self._webhooks.redeliver(event_id), 202)
        raise standard_error(404)

    def _once(self, request: Request, work: Callable[[Any, str | None], JsonObject]) -> Answer:
        """Do the work of a key once; its answer is given again, also a refusal's is not."""
        key = request.header("idempotency-key")
        if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
            message = f"Idempotency-Key must have 1 to {_LONGEST_KEY} characters."
            raise AchError(400, "invalid_request", message)
        content = request.path.encode() + b"\n" + request.body
        if key is not None:
            try:
                earlier = self._memory.recall(key, content)
            except OtherRequestError:
                message = "This Idempotency-Key was used with another request."
                raise AchError(422, "idempotency_key_reused", message) from None
            if earlier is not None:
                return with_headers(earlier, _REPLAYED)
        answer = self._shown(work(_body(request), key), 201)
        if key is not None:
            self._memory.remember(key, content, answer)
        return answer

    def _create_account(self, document: Any, _key: str | None) -> JsonObject:
        return self.accounts.create(document).document()

    def _create_transfer(self, document: Any, key: str | None) -> JsonObject:
        return self.transfers.create(document, key).document()

    def _all_transfers(self) -> list[JsonObject]:
        self.settle()
        return [transfer.document() for transfer in self.transfers.all()]

    def _wanted_transfers(self, request: Request) -> list[JsonObject]:
        status = request.parameter("status")
        if status is not None and status not in STATUSES:
            raise invalid("status", f"must be one of {', '.join(STATUSES)}")
        wanted = {
            name: value
            for name in ("status", "account_id", "idempotency_key")
            if (value := request.parameter(name)) is not None
        }
        return [each for each in self._all_transfers() if wanted.items() <= each.items()]

    def _files(self) -> list[JsonObject]:
        return [
            {
                "id": f"file_{int(moment)}",
                "object": "file",
                "originated_at": internet_time(moment),
                "transfers": [transfer.id for transfer in transfers],
            }
            for moment, transfers in self.transfers.files()
        ]

    def _file(self, file_id: str) -> Answer:
        modifiers: dict[Any, int] = {}
        for moment, transfers in self.transfers.files():
            day = banking_date(moment)
            modifiers[day] = modifiers.get(day, -1) + 1
            if file_id == f"file_{int(moment)}":
                return self._answers.text(nacha_file(moment, transfers, "ABCDEFGH"[modifiers[day]]))
        raise standard_error(404)

    def _shown(self, document: JsonObject, status: int = 200) -> Answer:
        return self._answers.document(status, document)

    def _page(self, request: Request, rows: list[JsonObject]) -> Answer:
        limit = request.parameter("limit") or str(_DEFAULT_PAGE)
        if not _PAGE.fullmatch(limit) or not 1 <= int(limit) <= _LARGEST_PAGE:
            raise invalid("limit", f"must be a whole number from 1 to {_LARGEST_PAGE}")
        after = request.parameter("starting_after")
        if after is not None:
            places = [place for place, row in enumerate(rows) if row["id"] == after]
            if not places:
                raise invalid("starting_after", "is no id of this list")
            rows = rows[places[0] + 1 :]
        page = rows[: int(limit)]
        return self._shown({"object": "list", "data": page, "has_more": len(rows) > len(page)})


def _body(request: Request) -> Any:
    try:
        return read_json(request.body)
    except MalformedJsonError:
        raise AchError(400, "invalid_request", "The body is not JSON.") from None
