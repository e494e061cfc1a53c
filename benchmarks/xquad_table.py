"""XQuAD in every language: questions in each language over the paragraphs of each, as a table of question language by
document language.

    python -m benchmarks.xquad_table --work DIR [--data ../shared/data/xquad] [--limit N] [--search-only]
        [--questions en,fr] [--documents en,de] [--embedder NAME] [--out FILE.md]

Each pair is an evaluation of its own, in DIR/DOCUMENTS/QUESTIONS with its report; whoever starts it again goes on where
it was. The paragraphs of a language are its collection, in DIR/DOCUMENTS/index. XQuAD (Artetxe, Ruder and Yogatama
2020) has the same 1,190 questions on the same 240 paragraphs in each language, so that a question of one language has
its gold in the paragraphs of another.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from assistant.answering import Assistant
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from benchmarks.search_only import SearchOnly
from eval.cases import Case, TestSet
from eval.evaluation import Part, index_articles, run_set
from eval.formats.choose import read_set
from eval.runs.figures import Summary

SEARCH_MEASURES = ("passage hit@1", "passage hit@5")
MEASURES = (*SEARCH_MEASURES, "right", "answered")
"""One table each."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Questions in one language over documents in another."""

    questions: str
    documents: str


def languages_in(data: Path) -> list[str]:
    return sorted(file.name.split(".")[1] for file in data.glob("xquad.*.json"))


def crossed(asked: TestSet, documents: TestSet, pair: Pair) -> TestSet:
    """The documents' cases with the questions of the other language; those that the latter lacks are left out."""
    questions = {case.id: case.turns[0].question for case in asked.cases}
    cases = tuple(
        Case(case.id, (replace(case.turns[0], question=questions[case.id], language=pair.questions),))
        for case in documents.cases
        if case.id in questions
    )
    return TestSet(f"XQuAD, {pair.questions} over {pair.documents}", "squad", cases)


def tables(found: Mapping[Pair, Summary], measures: Sequence[str] = MEASURES) -> list[str]:
    """Markdown: a row for each question language, a column for each document language; `-` where there is no figure."""
    asked = sorted({pair.questions for pair in found})
    documents = sorted({pair.documents for pair in found})
    lines = []
    for measure in measures:
        if not any(measure in summary.figures for summary in found.values()):
            continue
        lines += [f"### {measure}", "", f"| questions in | {' | '.join(documents)} |"]
        lines.append(f"|---|{'---:|' * len(documents)}")
        for language in asked:
            cells = [_cell(found.get(Pair(language, other)), measure) for other in documents]
            lines.append(f"| **{language}** | {' | '.join(cells)} |")
        lines.append("")
    return lines


def _cell(summary: Summary | None, measure: str) -> str:
    figure = summary.figures.get(measure) if summary else None
    return f"{figure.mean:.2f}" if figure else "-"


def main() -> None:
    options = _options()
    there = languages_in(options.data)
    if not there:
        sys.exit(f"{options.data} holds no xquad.LANGUAGE.json: name the folder with --data. Nothing was measured.")
    asked = options.questions.split(",") if options.questions else there
    documents = options.documents.split(",") if options.documents else there
    unknown = sorted({*asked, *documents} - set(there))
    if unknown:
        sys.exit(f"{options.data} has no {', '.join(unknown)}; it has {', '.join(there)}. Nothing was measured.")
    sets = {language: read_set(options.data / f"xquad.{language}.json", "squad") for language in {*asked, *documents}}
    found: dict[Pair, Summary] = {}
    for language in documents:
        folder = options.work / language
        settings = load_settings(index=folder / "index", embedder=options.embedder, llm="none")
        index_articles(settings, sets[language].articles, Watcher(f"{language}: "))
        opened = open_assistant(settings)
        engine = cast(Assistant, SearchOnly(opened)) if options.search_only else opened
        for other in asked:
            pair = Pair(other, language)
            out = folder / f"{other}{'-search' if options.search_only else ''}"
            test_set, watch = crossed(sets[other], sets[language], pair), Watcher(f"{other} over {language}: ")
            found[pair] = run_set(engine, settings, test_set, out, Part(limit=options.limit), watch=watch).summary
    count = max(summary.questions for summary in found.values())
    lines = [
        f"{count} questions for each pair; embedder {options.embedder or 'default'}.",
        "",
        *tables(found, SEARCH_MEASURES if options.search_only else MEASURES),
    ]
    if options.out:
        options.out.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


@dataclass(slots=True)
class Watcher:
    """Says how far it is, each hundredth."""

    before: str
    said: str = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        line = f"{self.before}{stage.lower()} {100 * done // max(1, total)} %"
        if line != self.said and sys.stderr.isatty():
            print(f"\r{line}   ", end="" if done < total else "\n", file=sys.stderr, flush=True)
        self.said = line


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xquad"))
    parser.add_argument("--work", type=Path, required=True, help="where indexes and runs are kept")
    parser.add_argument("--limit", type=int, help="so many questions of each pair, spread over the set")
    parser.add_argument("--questions", help="languages, with commas; all if not named")
    parser.add_argument("--documents", help="languages, with commas; all if not named")
    parser.add_argument("--embedder", help="as ASSISTANT_EMBEDDER")
    parser.add_argument("--search-only", action="store_true", help="no answers, only what the search brings")
    parser.add_argument("--out", type=Path, help="a file for the tables, beside printing them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
