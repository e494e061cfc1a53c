"""The passages of a condition: in step with every generation, and the same for vectors and words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.conditions import Condition, in_languages
from index.local_index import LocalIndex
from index.selection import SELECTIONS_KEPT, select
from index.store import STORED_VECTOR
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write

FRENCH = in_languages(["fr"]) or Condition("0")
EVERYTHING = Condition("1")


@pytest.fixture
def index(folder: Path) -> LocalIndex:
    long = " ".join(f"Sentence number {number} tells of the harbour and of its boats." for number in range(60))
    write(folder, [replace(HARBOUR, id="long", text=long), replace(PLEDGE, id="autre", text="Le port et ses bateaux.")])
    with IndexWriter.open(folder, None) as writer:
        writer.remove(["engagement"])
    return LocalIndex.open(folder, WordEmbedder())


@pytest.mark.parametrize("condition", [FRENCH, EVERYTHING, in_languages(["en"]), in_languages(["de"])])
def test_it_holds_the_keys_that_a_join_gives(index: LocalIndex, condition: Condition) -> None:
    with index.snapshot() as snapshot:
        wanted = {
            row[0]
            for row in snapshot.connection.execute(
                "SELECT passages.key FROM passages JOIN article_facets ON article_facets.article = passages.article"
                f" WHERE {condition.sql}",
                condition.parameters,
            )
        }
        selection = select(snapshot.connection, condition)
    keys = np.arange(0, 60, dtype=np.int64)
    assert {key for key in range(-3, 60) if selection.holds(key)} == wanted
    assert set(keys[selection.among(keys)].tolist()) == wanted
    assert selection.passages == len(wanted)
    bits = np.unpackbits(selection.bits, bitorder="little")
    assert set(np.flatnonzero(bits).tolist()) == wanted


def test_it_is_computed_once_a_generation_and_anew_in_the_next(folder: Path, index: LocalIndex) -> None:
    with index.snapshot() as snapshot:
        first = snapshot.view.selections.of(snapshot.connection, FRENCH)
    with index.snapshot() as snapshot:
        assert snapshot.view.selections.of(snapshot.connection, FRENCH) is first
    write(folder, [replace(BAKERY, id="boulangerie", text="Une boulangerie vend du pain.", language="fr")])
    with index.snapshot() as snapshot:
        assert snapshot.view.selections.of(snapshot.connection, FRENCH).passages == first.passages + 1
        found = snapshot.search("boulangerie", allowed=FRENCH)
    assert found[0].passage.article == "boulangerie"


def test_only_so_many_are_kept(index: LocalIndex) -> None:
    with index.snapshot() as snapshot:
        selections = snapshot.view.selections
        first = selections.of(snapshot.connection, FRENCH)
        for number in range(SELECTIONS_KEPT):
            selections.of(snapshot.connection, Condition("language = ?", (str(number),)))
        assert selections.of(snapshot.connection, FRENCH) is not first


def test_the_nearest_of_the_allowed_are_those_of_plain_numpy(tmp_path: Path) -> None:
    """Some in the vector file, some added since, some removed: always the best `k` of what is allowed."""
    generator = np.random.default_rng(7)
    words = [f"w{number}" for number in range(40)]
    texts = [" ".join(generator.choice(words, 6)) for _ in range(240)]
    articles = [
        replace(BAKERY, id=str(number), text=text, language="fr" if number % 5 == 0 else "en")
        for number, text in enumerate(texts)
    ]
    write(tmp_path, articles[:180])
    index = LocalIndex.open(tmp_path, WordEmbedder())
    with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
        list(writer.add(articles[180:]))
        writer.remove([str(number) for number in range(0, 60, 2)])
        with index.snapshot() as snapshot:  # before the vector file is made anew
            assert len(snapshot.view.recent_keys) == 60
            assert len(snapshot.view.removed) == 30
            query = WordEmbedder().embed_queries(["w1 w2 w3 w4"])[0]
            selection = snapshot.view.selections.of(snapshot.connection, FRENCH)
            for k in (1, 7, 500):
                keys, cosines = snapshot.view.search(query, k, selection)
                stored = {
                    key: float(np.frombuffer(vector, STORED_VECTOR).astype(np.float32) @ query)
                    for key, vector in snapshot.connection.execute(
                        "SELECT vectors.passage, vector FROM vectors JOIN passages ON passages.key = vectors.passage"
                        " JOIN articles ON articles.key = passages.article WHERE language = 'fr'"
                    )
                }
                best = sorted(stored.values(), reverse=True)[:k]
                assert cosines == pytest.approx(best, abs=1e-5)
                assert [stored[key] for key in keys] == pytest.approx(best, abs=1e-5)
    index.close()
