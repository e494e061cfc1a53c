"""A change is whole or not at all, wherever it is broken off, and there is one writer among all."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from index.errors import IndexBusy, IndexUnreachable
from index.location import location_of
from index.milvus import claim, gone
from index.milvus.place import MilvusPlace
from index.milvus.server import MilvusServer
from index.places import index_at
from index.types import Article
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE
from tests.milvus_server import LiteServer

NEW = Article("new", "Nets", "New nets for the old harbour.", "en", "2026-01-01", groups=("staff",))
CHANGED = replace(PLEDGE, text="L'Allemagne n'a rien promis.", date="2026-02-02")
BEFORE = [HARBOUR, PLEDGE, BAKERY]


class BreaksOff(MilvusServer):
    """Takes so many requests that change something, and is gone then."""

    left = 0

    def write(self, *given: Any) -> None:
        self._then(lambda: MilvusServer.write(self, *given))

    def delete(self, *given: Any) -> None:
        self._then(lambda: MilvusServer.delete(self, *given))

    def query(self, *given: Any) -> Any:
        if self.left < 0:
            raise IndexUnreachable("broken off")
        return MilvusServer.query(self, *given)

    def _then(self, request: Callable[[], None]) -> None:
        self.left -= 1
        if self.left < 0:
            raise IndexUnreachable("broken off")
        request()


@pytest.fixture(autouse=True)
def _short_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "LIVES_SECONDS", 0.4)


def written(place: MilvusPlace, articles: list[Article]) -> None:
    with place.writer(WordEmbedder()) as writer:
        list(writer.add(articles))


def kept(place: MilvusPlace) -> list[Article]:
    index = place.open(WordEmbedder())
    with index.snapshot() as snapshot:
        return list(snapshot.articles())


def test_a_change_that_is_broken_off_anywhere_is_whole_or_not_there(server: LiteServer) -> None:
    """After each of the requests that adding, replacing and removing consist of."""
    steps = 0
    for steps in count(2):
        address = location_of(f"{server.address}/broken{steps}")
        place = MilvusPlace(MilvusServer.of(address, "", 20.0))  # type: ignore[arg-type]
        written(place, BEFORE)
        breaking = BreaksOff(address, 20.0, "")  # type: ignore[arg-type]
        breaking.left = steps
        acknowledged = []
        try:
            with MilvusPlace(breaking).writer(WordEmbedder()) as writer:
                acknowledged = [each.article.id for each in writer.add([CHANGED, NEW])]
                acknowledged += writer.remove(["harbour"])
        except IndexUnreachable:
            pass
        else:
            break
        states = [BEFORE, [HARBOUR, BAKERY, CHANGED, NEW], [BAKERY, CHANGED, NEW]]
        now = states.index(kept(place))
        assert now >= (2 if "harbour" in acknowledged else 1 if acknowledged else 0)
        written(place, [BAKERY])  # the next writer, which finds what was left
        assert kept(place) == states[now]
        assert place.verify() == []
    assert steps > 15


def test_rows_of_what_is_gone_are_deleted_when_no_reader_needs_them(
    server: LiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = index_at(location_of(f"{server.address}/gone"))
    assert isinstance(place, MilvusPlace)
    written(place, BEFORE)
    with place.writer(None) as writer:
        writer.remove(["harbour"])
        passages = writer.names.passages(0)
        assert len(place.server.query(passages, "key > 0", ["key"])) == 3
        monkeypatch.setattr(gone, "GONE_AFTER_SECONDS", -1.0)
        writer.remove(["bakery"])
        assert len(place.server.query(passages, "key > 0", ["key"])) == 2
        assert [each.versions for each in writer.view.state.gone] == [(3,)]
    assert kept(place) == [PLEDGE]
    assert place.verify() == []


def test_a_writer_whose_claim_was_taken_over_publishes_nothing(server: LiteServer) -> None:
    place = index_at(location_of(f"{server.address}/fenced"))
    assert isinstance(place, MilvusPlace)
    written(place, BEFORE)
    with place.writer(WordEmbedder()) as writer:
        place.server.delete(writer.names.claims, "key >= 0")  # what another one does that takes this one for dead
        with pytest.raises(IndexBusy, match="Run the command again"):
            list(writer.add([NEW]))
    assert kept(place) == BEFORE
    written(place, BEFORE)
    assert place.verify() == []


def test_a_dead_writers_claim_does_not_keep_others_out(server: LiteServer) -> None:
    place = index_at(location_of(f"{server.address}/dead"))
    assert isinstance(place, MilvusPlace)
    written(place, BEFORE)
    dead = claim.Claim(place.server, "dead_claims", 7)
    dead.write(1)
    with place.writer(WordEmbedder(), wait_seconds=20.0) as writer:
        list(writer.add([NEW]))
    assert kept(place) == [*BEFORE, NEW]
