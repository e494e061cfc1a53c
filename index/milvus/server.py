"""The only file that knows the Milvus client: requests, their time limit, and its errors in our words."""

import importlib.util
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from index.errors import AssistantIndexError, IndexDamaged, IndexUnreachable, PackageMissing
from index.location import MilvusAddress

Row = dict[str, Any]
Result = TypeVar("Result")

MOST_ROWS = 1_000
"""Rows that are asked for, or written, at once; Milvus allows 16,384."""

MOST_BYTES = 8_000_000
"""A request that writes is not larger than this, as far as one row lets it; Milvus allows 64 MB."""

MOST_FOUND = 16_384
"""Milvus gives at most so many results of one search."""

_INSTALL = "pip install 'article-assistant[milvus]'"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is one of int, text, ints, vector, sparse; `size` the most bytes, values or dimensions."""

    name: str
    kind: str
    size: int = 0


@dataclass(slots=True)
class MilvusServer:
    """Made with `MilvusServer.of`; connects at the first request. May be used by several threads at once.

    Every request raises IndexUnreachable when the server is not there, does not answer within `timeout_seconds`, or
    refuses.
    """

    address: MilvusAddress
    timeout_seconds: float
    _token: str = field(repr=False)
    _client: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, address: MilvusAddress, token: str, timeout_seconds: float) -> "MilvusServer":
        """Raises PackageMissing."""
        needed = {"pymilvus": "", "milvus_lite": "Milvus Lite "} if address.uri.endswith(".db") else {"pymilvus": ""}
        for package in needed:
            if importlib.util.find_spec(package) is None:
                raise PackageMissing(f"The index {address} needs the package {package}, which is missing. {_INSTALL}")
        return cls(address, timeout_seconds, token)

    @property
    def is_lite(self) -> bool:
        return "lite" in str(self._call(lambda client: client.get_server_version(timeout=self.timeout_seconds)))

    def collections(self) -> set[str]:
        return set(self._call(lambda client: client.list_collections(timeout=self.timeout_seconds)))

    def create(self, name: str, columns: Sequence[Column], vector_index: str) -> None:
        """A collection whose first column is its key; rows of one that is there already stay."""

        def create(client: Any) -> None:
            from pymilvus import DataType

            kinds = {
                "int": DataType.INT64,
                "text": DataType.VARCHAR,
                "ints": DataType.ARRAY,
                "vector": DataType.FLOAT_VECTOR,
                "sparse": DataType.SPARSE_FLOAT_VECTOR,
            }
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            indexes = client.prepare_index_params()
            for number, column in enumerate(columns):
                extra: dict[str, Any] = {"is_primary": True} if number == 0 else {}
                match column.kind:
                    case "text":
                        extra["max_length"] = column.size
                    case "ints":
                        extra |= {"element_type": DataType.INT64, "max_capacity": column.size}
                    case "vector":
                        extra["dim"] = column.size
                        indexes.add_index(column.name, index_type=vector_index, metric_type="IP")
                    case "sparse":
                        indexes.add_index(column.name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
                schema.add_field(column.name, kinds[column.kind], **extra)
            longest = max(60.0, self.timeout_seconds)
            if name not in client.list_collections(timeout=self.timeout_seconds):
                client.create_collection(name, schema=schema, consistency_level="Strong", timeout=longest)
            # Also for one that is there already: whoever made it may have been stopped before it had indexes. They are
            # not waited for, since they are made of nothing, and waiting takes half a second for each.
            if not client.list_indexes(name, timeout=self.timeout_seconds):
                client.create_index(name, indexes, sync=False, timeout=longest)
            client.load_collection(name, timeout=longest)

        self._call(create)

    def drop(self, name: str) -> None:
        self._call(lambda client: client.drop_collection(name, timeout=self.timeout_seconds))

    def write(self, name: str, rows: Iterable[Row]) -> None:
        """Writes rows; one with a key that is there replaces that one. Where this raises, some may be written."""
        for portion in _portions(rows):
            self._upsert(name, portion)

    def _upsert(self, name: str, rows: list[Row]) -> None:
        self._call(lambda client: client.upsert(name, rows, timeout=self.timeout_seconds))

    def delete(self, name: str, condition: str) -> None:
        self._call(lambda client: client.delete(name, filter=condition, timeout=self.timeout_seconds))

    def query(self, name: str, condition: str, columns: Sequence[str]) -> list[Row]:
        """All rows for which the condition is true, by their key. For few rows: `iterate` is for many."""
        return list(
            self._call(
                lambda client: client.query(
                    name,
                    filter=condition,
                    output_fields=list(columns),
                    limit=MOST_FOUND,
                    consistency_level="Strong",
                    timeout=self.timeout_seconds,
                )
            )
        )

    def query_keys(
        self, name: str, column: str, values: Iterable[int], columns: Sequence[str], also: str = ""
    ) -> Iterator[Row]:
        """The rows whose `column` has one of the values, as many requests as it needs."""
        wanted = sorted(set(values))
        for first in range(0, len(wanted), MOST_ROWS):
            condition = f"{column} in {wanted[first : first + MOST_ROWS]}"
            yield from self.query(name, f"{condition} and {also}" if also else condition, columns)

    def iterate(self, name: str, condition: str, columns: Sequence[str], many: int = 500) -> Iterator[Row]:
        """All rows for which the condition is true, in the order of their keys, `many` at a time in memory."""
        batches = self._call(
            lambda client: client.query_iterator(
                name,
                batch_size=many,
                filter=condition,
                output_fields=list(columns),
                consistency_level="Strong",
                timeout=self.timeout_seconds,
            )
        )
        try:
            while rows := self._call(lambda _client: batches.next()):
                yield from sorted(rows, key=lambda row: int(row["key"]))
        finally:
            with suppress(Exception):
                batches.close()

    def search(
        self,
        name: str,
        column: str,
        vector: Sequence[float] | Mapping[int, float],
        condition: str,
        columns: Sequence[str],
        limit: int,
        *,
        strong: bool,
    ) -> list[tuple[Row, float]]:
        """The rows of the greatest inner products, best first; of equal ones that of the smaller key comes first."""
        hits = self._call(
            lambda client: client.search(
                name,
                data=[vector],
                anns_field=column,
                limit=min(limit, MOST_FOUND),
                filter=condition,
                output_fields=list(columns),
                search_params={"metric_type": "IP"},
                consistency_level="Strong" if strong else "Bounded",
                timeout=self.timeout_seconds,
            )
        )[0]
        found = [(dict(hit["entity"]), float(hit["distance"])) for hit in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0].get("key", 0)))

    def settle(self, name: str) -> None:
        """Has the server make its index of what was written, where it waits for being told; else nothing."""
        with suppress(AssistantIndexError):
            if self.is_lite:
                self._call(lambda client: client.flush(name, timeout=max(60.0, self.timeout_seconds)))

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close()

    def _call(self, request: Callable[[Any], Result]) -> Result:
        from pymilvus.exceptions import MilvusException

        started = time.monotonic()
        for attempt in (1, 2):
            client = None
            try:
                client = self._connected()
                return request(client)
            except Exception as error:  # what gRPC raises has no class of its own
                told = str(error)
                if attempt == 1 and client is not None and _is_away(told):
                    self._forget(client)  # the server may be back already, and this connection waits to try again
                    continue
                if attempt == 1 and _needs_loading(told) and self._load_all():
                    continue
                if isinstance(error, AssistantIndexError):
                    raise
                if not isinstance(error, MilvusException) and not _is_of_grpc(error):
                    raise
                raise self._failed(told, time.monotonic() - started) from error
        raise AssertionError("the second attempt neither returned nor raised")

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                from pymilvus import MilvusClient

                for name in ("pymilvus", "pymilvus.decorators", "pymilvus.client.connection_manager"):
                    logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what fails is told as our own errors
                self._client = MilvusClient(
                    uri=self.address.uri, token=self._token, timeout=self.timeout_seconds, dedicated=True
                )
            return self._client

    def _forget(self, client: Any) -> None:
        with self._lock:
            if self._client is not client:
                return
            self._client = None
        with suppress(Exception):
            client.close()

    def _load_all(self) -> bool:
        """After a restart of its server a collection may have to be loaded again before it can be searched."""
        try:
            client = self._connected()
            for name in client.list_collections(timeout=self.timeout_seconds):
                if str(name).startswith(f"{self.address.name}_"):
                    client.load_collection(name, timeout=max(60.0, self.timeout_seconds))
        except Exception:  # the request that needed it tells what is wrong
            return False
        return True

    def _failed(self, told: str, seconds: float) -> AssistantIndexError:
        what = " ".join(told.split())[:300]
        if "DEADLINE_EXCEEDED" in told or "imeout" in told or "timed out" in told or seconds >= self.timeout_seconds:
            return IndexUnreachable(
                f"Milvus at {self.address} did not answer within {self.timeout_seconds:g} seconds. Look whether it is "
                "overloaded, or give it more time with ASSISTANT_MILVUS_TIMEOUT_SECONDS. Then ask again; what was "
                f"acknowledged is kept. ({what})"
            )
        if _is_away(told):
            lite = "milvus-lite server --data-dir FOLDER --port PORT"
            if self.address.uri.endswith(".db"):
                return IndexUnreachable(
                    f"The file {self.address.uri} of Milvus Lite cannot be opened; only one process at a time can. "
                    f"Several share it through a server: {lite} ({what})"
                )
            return IndexUnreachable(
                f"Milvus at {self.address} cannot be reached. Start it (Milvus Lite: {lite}), or correct the address; "
                f"then ask again; what was acknowledged is kept. ({what})"
            )
        if "auth" in told.lower() or "permission" in told.lower():
            return IndexUnreachable(
                f"Milvus at {self.address} does not let us in. Set ASSISTANT_MILVUS_TOKEN=NAME:PASSWORD. ({what})"
            )
        if "not found" in told or "not exist" in told:
            return IndexDamaged(
                f"The index at {self.address} lacks a part, or was deleted a moment ago ({what}). Ask again; if that "
                "stays so, build it again: assistant index build PATH..."
            )
        return IndexUnreachable(f"Milvus at {self.address} refused a request: {what}. Its log may say more.")


def _is_away(told: str) -> bool:
    """Whether nothing listens there, or the connection broke."""
    return "UNAVAILABLE" in told or "connect" in told.lower() or "Socket closed" in told


def _needs_loading(told: str) -> bool:
    return any(each in told for each in ("not loaded", "NotLoaded", "call load()", "code=101"))


def _is_of_grpc(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("grpc", "pymilvus")


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    portion: list[Row] = []
    size = 0
    for row in rows:
        weight = sum(_bytes(value) for value in row.values())
        if portion and (len(portion) == MOST_ROWS or size + weight > MOST_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += weight
    if portion:
        yield portion


def _bytes(value: Any) -> int:
    return 4 * len(value) if isinstance(value, str | list | dict) else 8
