"""The metrics of queue depth that SQS publishes: namespace AWS/SQS.

Names are those of "Available CloudWatch metrics for Amazon SQS"
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
Those that count what is sent and received are not among these: the depth is what the queues' own
API tells.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

import httpx

from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError
from localtender.telemetry.metrics.datum import Datum, Metric, Scope
from localtender.telemetry.metrics.distribution import single
from localtender.telemetry.metrics.store import MetricStore

_METRICS = {
    "ApproximateNumberOfMessages": "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible": "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed": "ApproximateNumberOfMessagesDelayed",
}

_log = logging.getLogger(__name__)


class QueueMetrics:
    """Asks for the depth of every queue and records it."""

    def __init__(
        self, engine: EngineCalls, store: MetricStore, clock: Callable[[], float] = time.time
    ) -> None:
        """`clock` gives seconds since 1970."""
        self._engine = engine
        self._store = store
        self._clock = clock

    async def record(self, scopes: Iterable[Scope]) -> None:
        """Record the depth of the queues of these accounts and regions."""
        for scope in scopes:
            try:
                urls = await self._queue_urls(scope)
                await asyncio.gather(*(self._record_one(scope, url) for url in urls))
            except (EngineCallError, httpx.HTTPError, OSError) as error:
                _log.info("The queues of %s can't be measured: %s", scope.account_id, error)

    async def _queue_urls(self, scope: Scope) -> list[str]:
        urls: list[str] = []
        parameters: dict[str, object] = {"MaxResults": 1000}
        while True:
            answer = await self._engine.call(
                "sqs", "ListQueues", parameters, account_id=scope.account_id, region=scope.region
            )
            urls.extend(answer.get("QueueUrls") or [])
            if not answer.get("NextToken"):
                return urls
            parameters["NextToken"] = answer["NextToken"]

    async def _record_one(self, scope: Scope, url: str) -> None:
        try:
            answer = await self._engine.call(
                "sqs",
                "GetQueueAttributes",
                {"QueueUrl": url, "AttributeNames": list(_METRICS)},
                account_id=scope.account_id,
                region=scope.region,
            )
        except EngineCallError:
            return  # deleted since it was listed
        dimensions = (("QueueName", url.rsplit("/", 1)[-1]),)
        attributes = answer.get("Attributes") or {}
        now = self._clock()
        self._store.record(
            scope,
            [
                Datum(
                    Metric("AWS/SQS", name, dimensions),
                    now,
                    single(float(attributes[attribute])),
                    "Count",
                )
                for attribute, name in _METRICS.items()
                if attribute in attributes
            ],
        )
