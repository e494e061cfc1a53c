"""A test set becomes a run: its articles are indexed if it brings them, its questions asked, the results written."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answering import Assistant
from assistant.settings import Settings
from assistant.wiring import open_writer, place_of
from eval.cases import TestSet
from eval.errors import RunRefused
from eval.gold import find_gold
from eval.judge.judge import Judge, unjudged
from eval.provenance import provenance_of
from eval.report.files import write_results
from eval.runs.asking import ask_all, limited, question_count, set_fingerprint
from eval.runs.figures import Summary
from eval.runs.journal import open_journal, read_outcomes
from index.ingestion import ingest
from index.snapshot import SearchSettings
from index.types import Article

INDEX = "index"
"""The folder, within that of a run, for the articles that a set brings."""

Stage = str
Watch = Callable[[Stage, int, int], None]
"""Called as `watch(stage, done, total)`, first with what was done before; it may raise to stop the run, which then goes
on from there the next time."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which questions of a set are asked: those of a split, and of them at most `limit`, spread over the set."""

    split: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`problems` name what of the set could not be used; everything else was asked."""

    folder: Path
    summary: Summary
    problems: tuple[str, ...]


def unwatched(stage: Stage, done: int, total: int) -> None:
    """For whoever does not want to know."""
    del stage, done, total


def index_articles(settings: Settings, articles: Sequence[Article], watch: Watch = unwatched) -> tuple[str, ...]:
    """Makes the index of the settings hold just these articles; what has not changed is not embedded again. Returns
    what could not be indexed. Raises the errors of the index."""
    done = 0

    def read() -> Iterator[Article]:
        nonlocal done
        for article in articles:
            yield article
            done += 1
            watch("Indexing", done, len(articles))

    watch("Indexing", 0, len(articles))
    with open_writer(settings) as writer:
        report = ingest(writer, read())
        surplus = sorted(set(place_of(settings).article_ids()) - {article.id for article in articles})
        if surplus:
            writer.remove(surplus)
    return tuple(map(str, report.problems))


def run_set(
    engine: Assistant,
    settings: Settings,
    test_set: TestSet,
    folder: Path,
    part: Part | None = None,
    *,
    problems: Sequence[str] = (),
    restart: bool = False,
    watch: Watch = unwatched,
    judge: Judge | None = None,
) -> Evaluation:
    """Asks the set, or goes on where a run of it in this folder was stopped, and writes what came of it.

    `problems` are told with those of the set, and what the `judge`, if there is one, failed at. Raises RunRefused where
    nothing is to be asked, or where the earlier run in the folder was of something else, unless `restart` throws it
    away; RunDamaged, RunUnwritable, and the errors of the index.
    """
    chosen = part or Part()
    cases = limited(test_set.cases, chosen.limit, chosen.split)
    if not cases:
        raise RunRefused(_nothing_to_ask(test_set, chosen))
    started = time.time()
    gold = find_gold(cases, engine.article, lambda: _articles(engine))
    told = (*problems, *map(str, test_set.problems), *map(str, gold.problems))
    total = question_count(cases)
    provenance = provenance_of(engine, settings)
    basis = {
        "set": {
            "name": test_set.name,
            "format": test_set.format,
            "questions": total,
            "split": chosen.split,
            "fingerprint": set_fingerprint(cases, gold.spans),
        },
        **provenance,
        **({"judge": settings.llm_model} if judge else {}),
    }
    with open_journal(folder, basis, restart=restart) as journal:
        before = journal.finished
        watch("Asking", before, total)
        ask_all(
            engine,
            cases,
            gold.spans,
            journal,
            provenance["index"]["generation"],
            lambda: watch("Asking", journal.finished, total),
            judge.judged if judge else lambda outcome: outcome,
        )
        told = (*told, *(unjudged(read_outcomes(folder)) if judge else ()))
        watch("Writing", 0, 1)
        circumstances = {
            "index": str(settings.index),
            "started": _moment(started),
            "finished": _moment(time.time()),
            "seconds": round(time.time() - started, 3),
            "asked_before": before,
        }
        summary = write_results(folder, engine.article, told, circumstances)
        watch("Writing", 1, 1)
    return Evaluation(folder, summary, told)


def with_words_weight(engine: Assistant, words_weight: float) -> Assistant:
    """The same over an index that is searched with this weight of words: 0 for vectors alone, large for words alone."""
    settings = SearchSettings(words_weight=words_weight)
    return replace(engine, index=engine.index.with_settings(settings))


def _articles(engine: Assistant) -> Iterator[Article]:
    with engine.index.snapshot() as snapshot:
        yield from snapshot.articles()


def _nothing_to_ask(test_set: TestSet, part: Part) -> str:
    if not test_set.cases:
        return f"No question of {test_set.name} can be asked. " + " ".join(map(str, test_set.problems[:5]))
    splits = ", ".join(sorted({case.split or '""' for case in test_set.cases}))
    return f"{test_set.name} has no question in the split {part.split!r}. Its splits are: {splits}."


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
