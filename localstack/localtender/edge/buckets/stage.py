"""The stage before the engine's S3 that answers for what the engine leaves out.

It is the last one: what it answers has been struck by faults and authorized like everything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from localtender.edge.asgi_messages import send_response
from localtender.edge.buckets.documents import BucketDocuments, Document
from localtender.edge.buckets.named_configurations import NamedConfigurations
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.protocol.service_calls import ServiceCall
from localtender.edge.stages import Arrival, Onward, answered
from localtender.engines.port import Send

_LIFECYCLE: Final = "Lifecycle"
_SMALLEST_SIZE: Final = "x-amz-transition-default-minimum-object-size"
_ALL_CLASSES: Final = "all_storage_classes_128K"

_Answering = Callable[[ServiceCall, Arrival, Onward], Awaitable[HttpResponse]]


class BucketConfigurationStage:
    """Answers, completes or corrects what concerns the configuration of buckets."""

    def __init__(self, documents: BucketDocuments) -> None:
        self._documents = documents
        self._named = NamedConfigurations(documents)
        self._answers: dict[str, _Answering] = {
            "DeleteBucket": self._delete_bucket,
            "DeleteBucketLifecycle": self._delete_lifecycle,
            "GetBucketLifecycle": self._get_lifecycle,
            "GetBucketLifecycleConfiguration": self._get_lifecycle,
            "GetBucketRequestPayment": self._get_request_payment,
            "PutBucketLifecycleConfiguration": self._put_lifecycle,
        }

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Answer, or have S3's request answered by the engine."""
        call = arrival.call
        if call is None or call.service != "s3":
            await onward(arrival, send)
            return
        answer = self._answers.get(call.name)
        if self._named.concern(call.name):
            answer = self._named_answer
        if answer is None:
            await onward(arrival, send)
            return
        response = await answer(call, arrival, onward)
        await send_response(response, send, head=False)

    async def _named_answer(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        # The engine knows whether the bucket is there, and what to say if it is not.
        located = await answered(_with_query(arrival, b"location", method="GET"), onward)
        if located.status != 200:
            return located
        try:
            return self._named.answer(call.name, call.parameters, arrival.body)
        except ServiceError as error:
            return error_answer(call, error)

    async def _delete_bucket(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        response = await answered(arrival, onward)
        if response.status == 204:
            self._documents.forget_bucket(call.parameters["Bucket"])
        return response

    async def _put_lifecycle(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        response = await answered(arrival, onward)
        if response.status == 200:
            smallest = arrival.request.header(_SMALLEST_SIZE) or _ALL_CLASSES
            document = Document(arrival.body, ((_SMALLEST_SIZE, smallest),))
            self._documents.keep(call.parameters["Bucket"], _LIFECYCLE, document)
            return replace(response, headers=(*response.headers, *document.headers))
        return response

    async def _get_lifecycle(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        response = await answered(arrival, onward)
        document = self._documents.get(call.parameters["Bucket"], _LIFECYCLE)
        if response.status != 200 or document is None:
            return response
        others = [pair for pair in response.headers if pair[0].lower() != _SMALLEST_SIZE]
        return HttpResponse(200, (*others, *document.headers), document.body)

    async def _delete_lifecycle(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        response = await answered(arrival, onward)
        if response.status == 204:
            self._documents.forget(call.parameters["Bucket"], _LIFECYCLE)
        return response

    async def _get_request_payment(
        self, _call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        # The engine reads it under this name, though it is set under S3's own, requestPayment.
        return await answered(_with_query(arrival, b"request-payment"), onward)


def _with_query(arrival: Arrival, query: bytes, *, method: str | None = None) -> Arrival:
    """The same request with another query; one for another method carries nothing."""
    scope = {**arrival.scope, "query_string": query}
    if method is None:
        return replace(arrival, scope=scope)
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
    return replace(arrival, scope={**scope, "method": method, "headers": headers}, body=b"")
