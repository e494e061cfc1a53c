"""A set becomes a run, watched from outside, stopped and gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from assistant.wiring import open_assistant
from eval.cases import GoldSpan, TestSet
from eval.errors import RunRefused
from eval.evaluation import Part, index_articles, run_set, with_words_weight
from eval.runs.journal import read_outcomes
from tests.evaluations import COST, QUAY, single

SET = TestSet("quay", "jsonl", tuple(single(str(number)) for number in range(3)), articles=(QUAY,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = load_settings(index=tmp_path / "index", embedder="fast", llm="none")
    assert index_articles(made, SET.articles) == ()
    return made


def test_a_watcher_is_told_how_far_it_is_and_may_stop_it(settings: Settings, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    class Enough(Exception):
        pass

    def impatient(stage: str, done: int, total: int) -> None:
        seen.append((stage, done, total))
        if done == 2:
            raise Enough

    engine = open_assistant(settings)
    with pytest.raises(Enough):
        run_set(engine, settings, SET, tmp_path / "run", watch=impatient)
    assert seen == [("Asking", 0, 3), ("Asking", 1, 3), ("Asking", 2, 3)]
    assert len(list(read_outcomes(tmp_path / "run"))) == 2
    seen.clear()
    done = run_set(engine, settings, SET, tmp_path / "run", watch=lambda *told: seen.append(told))
    assert seen == [("Asking", 2, 3), ("Asking", 3, 3), ("Writing", 0, 1), ("Writing", 1, 1)]
    assert (done.summary.questions, done.problems) == (3, ())


def test_gold_that_is_nowhere_is_a_problem_and_the_question_is_asked(settings: Settings, tmp_path: Path) -> None:
    lost = single("lost", gold=(GoldSpan("fr/quai.txt", quote="This sentence stands nowhere in the article."),))
    done = run_set(
        open_assistant(settings),
        settings,
        replace(SET, cases=(lost, single("found"))),
        tmp_path / "run",
        problems=("one before",),
    )
    assert done.summary.questions == 2
    assert done.summary.figures["answer right"].questions == 1
    assert done.problems[0] == "one before"
    assert "stands nowhere" in done.problems[1]


def test_the_index_of_a_set_holds_its_articles_and_no_others(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    other = replace(QUAY, id="other.txt")
    assert index_articles(settings, (other,), lambda *one: told.append(one)) == ()
    assert told == [("Indexing", 0, 1), ("Indexing", 1, 1)]
    with open_assistant(settings).index.snapshot() as snapshot:
        assert snapshot.article_ids() == ["other.txt"]


def test_nothing_to_ask_is_refused_with_the_splits_that_there_are(settings: Settings, tmp_path: Path) -> None:
    engine = open_assistant(settings)
    divided = replace(SET, cases=tuple(replace(case, split="dev") for case in SET.cases))
    with pytest.raises(RunRefused, match="Its splits are: dev"):
        run_set(engine, settings, divided, tmp_path / "run", Part("heldout"))
    with pytest.raises(RunRefused, match="No question of quay can be asked"):
        run_set(engine, settings, replace(SET, cases=()), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_words_can_be_given_another_weight(settings: Settings) -> None:
    engine = with_words_weight(open_assistant(settings), 1000.0)
    assert engine.index.settings.words_weight == 1000.0
    assert COST in engine.ask("Combien coûtent les travaux ?").text
