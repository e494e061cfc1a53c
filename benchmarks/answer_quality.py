"""How often the assistant quotes a sentence that answers, and abstains where the articles do not tell.

    python -m benchmarks.answer_quality --split heldout
    python -m benchmarks.answer_quality --split dev --show

Asks every question of each set through the same parts as `assistant ask`, over an index of the set's own articles.
A question is right when one of the quotes (three at most, of 500 characters at most) holds a sentence that the set
names as an answer; an unanswerable one when the assistant abstains. Intervals are Wilson's, 95 %.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answering import Assistant
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.wiring import open_assistant, open_writer
from eval.question_sets import Question, is_gold, load_questions
from index.readers import read_paths
from index.types import Article, Span

SETS = ("eval/sets/seeds.jsonl=seeds", "eval/sets/user_article.jsonl=../shared/seeds")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer, and whether that was right."""

    question: Question
    answer: Answer
    right: bool


def ask_all(questions: Sequence[Question], articles: Path, embedder: str | None) -> list[Asked]:
    """Asks each question of an index that is made for it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder), embedder=embedder)
        with open_writer(settings) as writer:
            for _ in writer.add(item for item in read_paths([articles]) if isinstance(item, Article)):
                pass
        assistant = open_assistant(settings)
        asked = []
        for question in questions:
            answer = assistant.ask(question.question)
            asked.append(Asked(question, answer, is_right(question, answer, assistant)))
        return asked


def is_right(question: Question, answer: Answer, assistant: Assistant) -> bool:
    if not question.answerable or answer.abstained:
        return answer.abstained and not question.answerable
    return any(
        is_gold(question, cited.article, Span(cited.start, cited.end), assistant.article) for cited in answer.citations
    )


def wilson(right: int, total: int) -> tuple[float, float]:
    """The interval that holds the true share with 95 % (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return middle - half, middle + half


def report(name: str, asked: Sequence[Asked]) -> str:
    """One Markdown row for each language, and one for the unanswerable questions."""
    rows = []
    groups = {
        f"answered, {language}": [one for one in asked if one.question.answerable and one.question.language == language]
        for language in sorted({one.question.language for one in asked})
    }
    groups["answered, all"] = [one for one in asked if one.question.answerable]
    groups["abstained, near misses"] = [one for one in asked if one.question.kind == "near-miss"]
    groups["abstained, all"] = [one for one in asked if not one.question.answerable]
    for group, members in groups.items():
        right = sum(one.right for one in members)
        low, high = wilson(right, len(members))
        if members:
            rows.append(f"| {name} | {group} | {right} of {len(members)} | {low:.2f} to {high:.2f} |")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer_quality", description=__doc__)
    parser.add_argument("--set", action="append", metavar="FILE=ARTICLES", help="a set and the folder of its articles")
    parser.add_argument("--split", choices=("dev", "heldout"), default="heldout")
    parser.add_argument("--embedder")
    parser.add_argument("--show", action="store_true", help="name every question that went wrong")
    options = parser.parse_args(arguments)
    sys.stdout.write("| set | questions | right | 95 % interval |\n|---|---|---|---|\n")
    for given in options.set or SETS:
        file, _, folder = given.partition("=")
        if not Path(folder).exists():
            sys.stderr.write(f"{folder} is not there; {file} is left out\n")
            continue
        asked = ask_all(load_questions(Path(file), options.split), Path(folder), options.embedder)
        sys.stdout.write(report(Path(file).stem, asked) + "\n")
        if options.show:
            for one in asked:
                if not one.right:
                    got = "abstained" if one.answer.abstained else one.answer.citations[0].quote[:90]
                    sys.stdout.write(f"    {one.question.id}: {one.question.question} -> {got!r}\n")


if __name__ == "__main__":
    main()
