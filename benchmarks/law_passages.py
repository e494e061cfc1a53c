"""French administrative passages that no training saw, and the questions of `eval/sets/administrative.jsonl` over them.

The passages are made at run time from the pairs of legal texts and are the same every time; the set names them by their
line in that file, with a hash of the French, so that another file is noticed.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.question_sets import Split
from index.near_copies import without_near_copies
from index.training.pairs import SOURCES, Pair, is_held_out, read
from index.types import Article

SET = Path(__file__).parent.parent / "eval" / "sets" / "administrative.jsonl"
LAWS = next(source for source in SOURCES if source.name == "laws")
SHORTEST, LONGEST = 300, 700
"""Characters of a passage; the longest is what the index puts into one passage (`index.passages.PassageLimits`)."""

COUNT = 500


class GoldMoved(ValueError):
    """The set asks for a passage that the data no longer hold."""


@dataclass(frozen=True, slots=True)
class AdministrativeQuestion:
    """A question, and the one passage that answers it: its line in the laws file, from 0, and a hash of its text."""

    id: str
    question: str
    language: str
    position: int
    sha256: str
    split: Split


def administrative_passages(parallel: Path, count: int = COUNT) -> list[Pair]:
    """At most `count` held-out paragraphs whose French is whole sentences of 300 to 700 characters; no near-copies.

    They are spread evenly over the file, hence over the acts and regulations in it. `index.training.pairs.split` drops
    from the training whatever shares a text with them, so that no file of vectors need be consulted.
    """
    paragraphs = [
        pair
        for pair in read(parallel, LAWS)
        if SHORTEST <= len(pair.other) <= LONGEST
        and pair.other[0].isupper()
        and pair.other.endswith(".")
        and is_held_out(pair.english, LAWS.held_out_one_in)
    ]
    distinct = without_near_copies(paragraphs, lambda pair: pair.other)
    taken = min(count, len(distinct))
    return [distinct[number * len(distinct) // taken] for number in range(taken)]


def as_articles(passages: Sequence[Pair]) -> list[Article]:
    """One article a passage; its id is that of `article_id`."""
    return [Article(article_id(pair.position), "", pair.other, pair.language) for pair in passages]


def article_id(position: int) -> str:
    return f"law-{position}"


def text_hash(french: str) -> str:
    """The first twelve hexadecimal digits of the SHA-256 of its UTF-8."""
    return hashlib.sha256(french.encode()).hexdigest()[:12]


def load_questions(
    passages: Sequence[Pair], split: Split | None = None, file: Path = SET
) -> list[AdministrativeQuestion]:
    """The questions of one split or of both. Raises GoldMoved when a passage they ask for is not among the given."""
    questions = [AdministrativeQuestion(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = {pair.position: text_hash(pair.other) for pair in passages}
    for question in questions:
        if texts.get(question.position) != question.sha256:
            raise GoldMoved(
                f"{question.id} asks for line {question.position} of {LAWS.file}, which is another text or no passage "
                "any more. Use the file that the set was written from, or write the question anew."
            )
    return [question for question in questions if split in (None, question.split)]
