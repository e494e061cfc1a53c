"""How often the search for a follow-up brings a passage that answers, with and without what it leaves out.

    python -m benchmarks.conversation_search                      # the dev half, to tune on
    python -m benchmarks.conversation_search --split heldout

Every follow-up of `eval/sets/conversations.jsonl` that the articles answer is searched for as it was typed, behind it
the whole question before, with what `carried_over` adds, and as its author would have written it alone. A passage is
right that holds a whole gold sentence. The articles stand among unrelated law articles, if these are there. The answers
of the earlier turns are those of the set: the first gold sentence, quoted. Intervals are 95 %, from a paired
bootstrap over conversations. Then every question of `seeds.jsonl` is asked after one that has other gold articles:
how many of them, which all stand alone, are searched for as they were typed, and what the other ways make of them.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from assistant.conversation.follow_ups import carried_over
from assistant.types import Turn
from assistant.word_alignment import WordVectors
from benchmarks.first_right import first_right
from eval.calibrate import law_articles, read_articles
from eval.question_sets import Conversation, Question, Split, load_conversations, load_questions
from index.embedders import load_embedder
from index.embedders.static import StaticEmbedder
from index.language import detect
from index.local_index import LocalIndex
from index.snapshot import Snapshot
from index.types import Article, Embedder
from index.writer import IndexWriter

CONVERSATIONS = Path("eval/sets/conversations.jsonl")
QUESTIONS = Path("eval/sets/seeds.jsonl")
FOLDERS = {"seeds": Path("seeds"), "user_article": Path("../shared/seeds")}
DEPTHS = (1, 3, 5)
WAYS = ("typed", "with the last question", "carried over", "written out")
RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Searched:
    """One follow-up: what was searched for in each of `WAYS`, and the rank of the first right passage, 0 for none."""

    question: Question
    conversation: str
    queries: tuple[str, ...]
    ranks: tuple[int, ...]


@contextmanager
def indexed(articles: Sequence[Article], embedder: Embedder) -> Iterator[Snapshot]:
    """A snapshot of an index of the articles, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        with IndexWriter.open(Path(folder), embedder) as writer:
            for _ in writer.add(articles):
                pass
        index = LocalIndex.open(Path(folder), embedder)
        try:
            with index.snapshot() as snapshot:
                yield snapshot
        finally:
            index.close()


def answer_of(question: Question, snapshot: Snapshot) -> str:
    """The answer that the question should have had, as the assistant words it: its first gold sentence, quoted."""
    for gold in question.gold:
        article = snapshot.find_article(gold.article)
        span = article and gold.span(article.text)
        if article and span:
            return f"“{article.text[span.start : span.end]}” [1]"
    return ""


def searched_for(
    question: Question, conversation: str, queries: tuple[str, ...], language: str, snapshot: Snapshot
) -> Searched:
    hits = [snapshot.search(query, DEPTHS[-1], language) for query in queries]
    return Searched(question, conversation, queries, tuple(first_right(question, found, snapshot) for found in hits))


def follow_ups(conversations: Sequence[Conversation], snapshot: Snapshot, vectors: WordVectors) -> list[Searched]:
    """Searches for each follow-up that the articles answer, in each of the ways."""
    searched = []
    for conversation in conversations:
        history: list[Turn] = []
        for turn in conversation.turns:
            question = turn.question
            if turn.relation in ("follow-up", "two turns back") and question.answerable:
                language = detect(question.question)
                carried = carried_over(question.question, history, language, vectors)
                together = f"{question.question} {history[-1].question}"
                queries = (question.question, together, carried, turn.standalone)
                ranks = [
                    first_right(question, snapshot.search(query, DEPTHS[-1], language), snapshot) for query in queries
                ]
                searched.append(Searched(question, conversation.id, queries, tuple(ranks)))
            history.append(Turn(question.question, answer_of(question, snapshot)))
    return searched


def alone(questions: Sequence[Question], snapshot: Snapshot, vectors: WordVectors) -> list[Searched]:
    """The questions, which all stand alone, each asked after another topic, in all ways but the last.

    The turn before is the next question of the list that the articles answer, and that has no gold article in common.
    """
    searched = []
    for place, question in enumerate(questions):
        articles = {gold.article for gold in question.gold}
        others = (*questions[place + 1 :], *questions[:place])
        before = next(one for one in others if one.gold and not articles & {gold.article for gold in one.gold})
        language = detect(question.question)
        carried = carried_over(
            question.question, [Turn(before.question, answer_of(before, snapshot))], language, vectors
        )
        queries = (question.question, f"{question.question} {before.question}", carried)
        searched.append(searched_for(question, question.id, queries, language, snapshot))
    return searched


def shares(searched: Sequence[Searched], way: int) -> list[float]:
    """The share of follow-ups with a right passage among the first 1, 3 and 5."""
    return [float(np.mean([0 < one.ranks[way] <= depth for one in searched])) for depth in DEPTHS]


def paired_interval(better: Sequence[bool], worse: Sequence[bool], groups: Sequence[str]) -> tuple[float, float]:
    """The interval that holds the difference of two shares with 95 %: whole groups are drawn with replacement, since
    the questions of one conversation depend on each other (percentile bootstrap; Efron and Tibshirani 1993)."""
    names = sorted(set(groups))
    of_group = np.array([names.index(group) for group in groups])
    gains = np.array(better, dtype=float) - np.array(worse, dtype=float)
    sums = np.bincount(of_group, weights=gains, minlength=len(names))
    sizes = np.bincount(of_group, minlength=len(names))
    drawn = np.random.default_rng(0).integers(0, len(names), (RESAMPLES, len(names)))
    differences = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(differences, (0.025, 0.975))
    return float(low), float(high)


def report(searched: Sequence[Searched]) -> Iterator[str]:
    """Markdown rows: for each language and for all, the shares of each way, and what carrying over gains at 3."""
    groups = {
        language: [one for one in searched if one.question.language == language] for language in "en fr es de".split()
    }
    for collection in ("seeds", "user"):
        groups[collection] = [one for one in searched if one.conversation.startswith(f"talk-{collection}-")]
    groups["all"] = list(searched)
    for name, members in groups.items():
        if not members:
            continue
        hit = [[0 < one.ranks[way] <= 3 for one in members] for way in range(len(WAYS))]
        low, high = paired_interval(hit[2], hit[0], [one.conversation for one in members])
        gain = f"{np.mean(hit[2]) - np.mean(hit[0]):+.2f} ({low:+.2f} to {high:+.2f})"
        cells = [" / ".join(f"{share:.2f}" for share in shares(members, way)) for way in range(len(WAYS))]
        yield f"| {name} | {len(members)} | {' | '.join(cells)} | {gain} |"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversation_search", description=__doc__)
    parser.add_argument("--split", choices=get_args(Split), default="dev")
    parser.add_argument("--embedder", default="fast")
    parser.add_argument("--distractors", type=Path, default=Path("../shared/data/parallel/laws.en-fr.tsv.gz"))
    parser.add_argument("--show", action="store_true", help="name every query, and the ranks that it got")
    options = parser.parse_args(arguments)
    laws = list(law_articles(options.distractors, 300)) if options.distractors.is_file() else []
    embedder, vectors = load_embedder(options.embedder), StaticEmbedder()
    conversations = load_conversations(CONVERSATIONS, options.split)
    searched: list[Searched] = []
    for collection, folder in FOLDERS.items():
        if not folder.exists():
            print(f"{folder} is not there; its conversations are left out", file=sys.stderr)
            continue
        with indexed([*read_articles(folder), *laws], embedder) as snapshot:
            chosen = [one for one in conversations if one.articles == collection]
            searched += follow_ups(chosen, snapshot, vectors)
            if collection == "seeds":
                questions = load_questions(QUESTIONS, options.split)
                standing = alone(questions, snapshot, vectors)
    print(f"{options.split}, {len(laws)} law articles beside; right passage among the first 1 / 3 / 5\n")
    print(f"| follow-ups | number | {' | '.join(WAYS)} | gained at 3 by carrying over |")
    print("|---|---|---|---|---|---|---|")
    for row in report(searched):
        print(row)
    changed = [one for one in standing if one.queries[2] != one.queries[0]]
    told = [one for one in standing if one.question.answerable]
    right = ", ".join(f"{WAYS[way]} {sum(0 < one.ranks[way] <= 3 for one in told)}" for way in range(3))
    print(f"\nself-contained questions left unchanged: {len(standing) - len(changed)} of {len(standing)}")
    print(f"right at 3 of the {len(told)} answerable ones among them: {right}")
    new = [turn for one in conversations for turn in one.turns if turn.relation == "new topic"]
    print(f"turns that change the topic: {len(new)}, extended: {len(topics_extended(conversations, vectors))}")
    if options.show:
        for one in (*searched, *changed):
            print(f"    {one.question.id} {one.ranks}: {one.queries}")


def topics_extended(conversations: Sequence[Conversation], vectors: WordVectors) -> list[str]:
    """What was searched for in the turns that change the topic, of those that were not left unchanged."""
    queries = []
    for conversation in conversations:
        history: list[Turn] = []
        for turn in conversation.turns:
            typed = turn.question.question
            query = carried_over(typed, history, detect(typed), vectors)
            if turn.relation == "new topic" and query != typed:
                queries.append(query)
            history.append(Turn(typed, ""))
    return queries


if __name__ == "__main__":
    main()
