"""What `benchmarks.passage_retrieval` asks, and over which articles; those whose data are beside this checkout."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.law_passages import administrative_passages, article_id, as_articles
from benchmarks.law_passages import load_questions as load_administrative
from eval.calibrate import read_articles
from eval.question_sets import Split, load_questions
from index.types import Article, Span

ROOT = Path(__file__).parent.parent
PLEDGE = Span(6193, 6330)
"""The sentence of the user's article that tells what Germany gives."""

NEIGHBOURS = {
    "en": (
        "what did Germany pledge?",
        "what will Berlin send?",
        "which weapons does Germany supply?",
        "how many shells?",
    ),
    "fr": (
        "Qu'a promis l'Allemagne ?",
        "Que va envoyer Berlin ?",
        "Quelles armes l'Allemagne fournit-elle ?",
        "Combien d'obus ?",
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its gold: articles and positions, any one of which is enough."""

    question: str
    language: str
    gold: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles, and what is asked over all of them."""

    name: str
    articles: list[Article]
    asked: list[Asked]


def collections(data: Path, split: Split) -> Iterator[Collection]:
    """Those whose data are there; the reason why another is left out goes to stderr."""
    parallel, users = data / "data" / "parallel", data / "seeds"
    laws: list[Article] = []
    if parallel.is_dir():
        passages = administrative_passages(parallel)
        laws = as_articles(passages)
        texts = {pair.position: pair.other for pair in passages}
        asked = [
            Asked(one.question, one.language, ((article_id(one.position), Span(0, len(texts[one.position]))),))
            for one in load_administrative(passages, split)
        ]
        yield Collection("administrative", laws, asked)
    else:
        sys.stderr.write(f"Skipped: there is no folder {parallel}; the other collections go without distractors.\n")
    for file, folder in (("seeds", ROOT / "seeds"), ("user_article", users)):
        if folder.is_dir():
            articles = read_articles(folder)
            yield Collection(file, [*articles, *laws], list(_set_questions(file, articles, split)))
        else:
            sys.stderr.write(f"Skipped: there is no folder {folder}.\n")
    if users.is_dir():
        articles = read_articles(users)
        gold = tuple((article.id, PLEDGE) for article in articles[:1])
        asked = [Asked(question, language, gold) for language, all_ in NEIGHBOURS.items() for question in all_]
        yield Collection("neighbours", articles, asked)


def _set_questions(name: str, articles: Sequence[Article], split: Split) -> Iterator[Asked]:
    texts = {article.id: article.text for article in articles}
    for question in load_questions(ROOT / "eval" / "sets" / f"{name}.jsonl", split):
        if question.answerable:
            spans = ((gold.article, gold.span(texts[gold.article])) for gold in question.gold)
            yield Asked(question.question, question.language, tuple((one, span) for one, span in spans if span))
