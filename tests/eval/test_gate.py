"""The gate: the program answers a part of our own sets as well as it is known to, and the comparison tells a worse
setting from an equal one, over real indexes of the seeds.

Only questions of the split "dev" are asked. The bars lie well below what is reached, so that only breakage meets them.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import PASSAGES
from assistant.settings import load_settings
from assistant.types import Answer, PassageReference
from assistant.types import Turn as Said
from assistant.wiring import open_assistant
from eval.cases import TestSet
from eval.compare import compare
from eval.evaluation import Evaluation, Part, run_set
from eval.formats.choose import read_set
from eval.gold import find_gold
from eval.runs.asking import ask_all, limited
from eval.runs.journal import open_journal
from index.embedders import load_embedder
from index.ingestion import ingest
from index.language import detect
from index.local_index import LocalIndex
from index.readers import read_paths
from index.snapshot import SearchSettings
from index.writer import IndexWriter
from tests.evaluations import BASIS
from tests.fakes import answer_of

ROOT = Path(__file__).parents[2]
SETS = ROOT / "eval" / "sets"

BARS = {
    "right": 0.5,
    "answered": 0.6,
    "abstention recall": 0.25,
    "passage hit@5": 0.6,
    "article hit@5": 0.7,
    "language": 0.9,
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "index"
    with IndexWriter.open(folder, load_embedder("fast")) as writer:
        assert ingest(writer, read_paths([ROOT / "seeds"])).problems == ()
    return folder


def dev(file: str) -> TestSet:
    """The questions of a set that are there to be looked at, and are asked over the seeds."""
    whole = read_set(SETS / file, "jsonl")
    assert whole.problems == ()
    kept = tuple(case for case in whole.cases if case.split == "dev" and case.tags.get("articles", "seeds") == "seeds")
    return replace(whole, cases=kept)


@pytest.fixture(scope="module")
def gate(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    settings = load_settings(index=seeds, llm="none")
    singles, talks = dev("seeds.jsonl"), dev("conversations.jsonl")
    mixed = replace(singles, cases=limited(singles.cases, 14) + limited(talks.cases, 3))
    return run_set(open_assistant(settings), settings, mixed, tmp_path_factory.mktemp("gate"), Part("dev"))


@pytest.mark.parametrize("measure", BARS)
def test_the_program_is_as_good_as_it_is_known_to_be(measure: str, gate: Evaluation) -> None:
    assert gate.problems == ()
    assert gate.summary.questions >= 20
    assert gate.summary.figures[measure].mean >= BARS[measure]


class Searching:
    """Only searches, with the weight of words that it is given, so that a whole set takes a second."""

    def __init__(self, folder: Path, words_weight: float) -> None:
        self.index = LocalIndex.open(folder, load_embedder("fast"), SearchSettings(words_weight=words_weight))

    def ask(self, question: str, history: Sequence[Said] = ()) -> Answer:
        del history
        with self.index.snapshot() as snapshot:
            hits = snapshot.search(question, PASSAGES, detect(question))
            answer = answer_of(question, "", abstained=True, language=detect(question))
            found = [PassageReference(h.passage.article, h.passage.start, h.passage.end, h.score) for h in hits]
            return replace(answer, passages=tuple(found), index_generation=snapshot.generation)


def searched(seeds: Path, folder: Path, words_weight: float) -> Path:
    engine = Searching(seeds, words_weight)
    cases = dev("seeds.jsonl").cases
    with engine.index.snapshot() as snapshot:
        gold = find_gold(cases, snapshot.find_article, snapshot.articles)
        generation = snapshot.generation
    with open_journal(folder, BASIS) as journal:
        ask_all(engine, cases, gold.spans, journal, generation)
    return folder


def test_a_search_without_words_is_called_worse_with_its_interval(seeds: Path, tmp_path: Path) -> None:
    found = compare(searched(seeds, tmp_path / "both", 0.2), searched(seeds, tmp_path / "vectors", 0.0))
    change = {change.measure: change for change in found.changes}["passage ndcg@10"]
    assert change.verdict == "worse"
    assert change.difference.low < change.difference.mean < change.difference.high < 0
    assert change in found.fell


def test_the_same_search_twice_and_one_that_hardly_differs_are_not_called_different(
    seeds: Path, tmp_path: Path
) -> None:
    first = searched(seeds, tmp_path / "first", 0.2)
    for name, words_weight in (("again", 0.2), ("nearly", 0.22)):
        found = compare(first, searched(seeds, tmp_path / name, words_weight))
        assert {change.verdict for change in found.changes} == {"no difference shown"}, name
