"""The control API of faults: `/_localtender/faults`, as the sandboxes have it for theirs.

```
GET, POST, PUT, DELETE  /_localtender/faults         all rules: read, add, replace, remove
GET, PUT, DELETE        /_localtender/faults/{id}    one rule
```
"""

from __future__ import annotations

import json
from typing import Any

from fault_injection.fields import FaultRuleError
from fault_injection.rules import FaultRules, UnknownFaultRuleError
from localtender.edge.protocol.messages import HttpRequest, HttpResponse

PATH = "/_localtender/faults"


class FaultControl:
    """Answers the requests that read and change the rules."""

    def __init__(self, rules: FaultRules) -> None:
        self._rules = rules

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request at or below `PATH`; what is wrong with a rule is a 400 that says it."""
        rule_id = request.path.removeprefix(PATH).strip("/")
        try:
            return self._one(request, rule_id) if rule_id else self._all(request)
        except FaultRuleError as error:
            return json_answer(error.document(), 400)
        except UnknownFaultRuleError:
            message = f"there is no fault rule {rule_id!r}"
            return json_answer({"error": "UnknownFaultRule", "message": message}, 404)

    def _all(self, request: HttpRequest) -> HttpResponse:
        match request.method:
            case "GET":
                return json_answer(self._rules.describe())
            case "POST":
                document = read_document(request)
                if isinstance(document, list):
                    added = self._rules.add_all(document)
                    return json_answer([rule.describe() for rule in added], 201)
                return json_answer(self._rules.add(document).describe(), 201)
            case "PUT":
                document = read_document(request)
                if not isinstance(document, list):
                    raise FaultRuleError("body", "must be a list of rules", "a list")
                return json_answer([rule.describe() for rule in self._rules.replace(document)])
            case "DELETE":
                self._rules.clear()
                return HttpResponse(204, (), b"")
        return method_not_allowed(request, "GET, POST, PUT, DELETE")

    def _one(self, request: HttpRequest, rule_id: str) -> HttpResponse:
        match request.method:
            case "GET":
                return json_answer(self._rules.rule(rule_id).describe())
            case "PUT":
                document = read_document(request)
                if isinstance(document, dict):
                    document = {**document, "id": rule_id}
                return json_answer(self._rules.add(document).describe())
            case "DELETE":
                self._rules.remove(rule_id)
                return HttpResponse(204, (), b"")
        return method_not_allowed(request, "GET, PUT, DELETE")


def read_document(request: HttpRequest) -> Any:
    """The JSON document of a request. Raises FaultRuleError."""
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise FaultRuleError("body", f"must be a JSON document: {error}") from error


def json_answer(document: Any, status: int = 200) -> HttpResponse:
    """A JSON document as an answer."""
    headers = (("Content-Type", "application/json"),)
    return HttpResponse(status, headers, json.dumps(document).encode())


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """405, naming the methods that there are."""
    message = f"{request.method} is not served here; {allowed} are"
    return json_answer({"error": "MethodNotAllowed", "message": message}, 405)
