"""What Prometheus reads at `/metrics`: requests and answers of the API, and the state of the index."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.types import Answer
from assistant.web.engine_slot import EngineSlot
from index.errors import AssistantIndexError

MEDIA_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """Of one server. Labels are the paths of routes, never what a client sent: their number is bounded."""

    def __init__(self, slot: EngineSlot) -> None:
        self._registry = CollectorRegistry()
        route = ("method", "route", "status")
        self._requests = Counter("assistant_requests", "Requests to the API.", route, registry=self._registry)
        self._errors = Counter(
            "assistant_errors", "Those of them that the server failed at (5xx).", route, registry=self._registry
        )
        self._seconds = Histogram(
            "assistant_request_duration_seconds",
            "From the request to the end of the response.",
            ("method", "route"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter("assistant_answers", "Answers that the API gave.", ("mode",), registry=self._registry)
        self._abstentions = Counter(
            "assistant_abstentions", "Those of them that say that the articles do not tell.", registry=self._registry
        )
        self._registry.register(_IndexCollector(slot))

    def count_answer(self, answer: Answer) -> None:
        self._answers.labels(answer.mode).inc()
        if answer.abstained:
            self._abstentions.inc()

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
        if status >= 500:
            self._errors.labels(method, route, str(status)).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)


class Measured:
    """ASGI middleware that counts the requests of an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "unknown")
            self._metrics.count_request(method, route, status, time.perf_counter() - begun)


_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}


class _IndexCollector:
    """Reads the index when it is asked for, so that what another process added is counted."""

    def __init__(self, slot: EngineSlot) -> None:
        self._slot = slot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        engine = self._slot.engine
        ready = GaugeMetricFamily("assistant_ready", "Whether questions can be answered.")
        try:
            collection = engine.collection() if engine else None
        except AssistantIndexError:
            collection = None
        ready.add_metric([], float(collection is not None))
        yield ready
        if collection is None:
            return
        for name, text, value in (
            ("assistant_index_generation", "Counts up with every change of the index.", collection.generation),
            ("assistant_index_articles", "Articles in the index.", collection.articles),
            ("assistant_index_passages", "Passages in the index.", collection.passages),
        ):
            yield GaugeMetricFamily(name, text, value=value)
