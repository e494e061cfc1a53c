"""How alike a statement and the passages are that say it, or do not: the thresholds of `assistant/checking/support.py`.

    python -m benchmarks.statement_support

Every gold sentence of the seeds' dev questions is a statement. The articles of which another gold sentence answers the
same question say it; the other ones, all of the same story, do not. Prints the likeness of the best sentence of each.
"""

from pathlib import Path

import numpy as np

from assistant.checking.support import CHOSEN_WITH, MAY_SUPPORT, SUPPORTS, ModelLikeness
from assistant.wiring import compared_with, sentence_model, word_model
from eval.question_sets import load_questions
from index.readers import read_paths
from index.sentences import sentences
from index.types import Article

SEEDS = Path("seeds")
QUESTIONS = Path("eval/sets/seeds.jsonl")


def likenesses() -> tuple[list[float], list[float]]:
    """Of the articles that say a statement, and of those that do not."""
    articles = {item.id: item for item in read_paths([SEEDS]) if isinstance(item, Article)}
    spoken = {
        key: [each.text[span.start : span.end] for span in sentences(each.text)] for key, each in articles.items()
    }
    saying: dict[tuple[str, str], set[str]] = {}
    for question in load_questions(QUESTIONS, "dev"):
        for gold in question.gold:
            others = saying.setdefault((gold.article, gold.quote or ""), set())
            others |= {other.article for other in question.gold}
    likeness = ModelLikeness(sentence_model(), word_model())
    right: list[float] = []
    wrong: list[float] = []
    for (own, quote), others in saying.items():
        scores = iter(likeness.texts(quote, [text for texts in spoken.values() for text in texts]))
        for key, texts in spoken.items():
            best = max([next(scores) for _ in texts])
            if key != own:
                (right if key in others else wrong).append(best)
    return right, wrong


def main() -> None:
    right, wrong = likenesses()
    print(f"{len(right)} that say it: 1st, 5th, 25th, 50th percentile", np.percentile(right, [1, 5, 25, 50]).round(3))
    print(
        f"{len(wrong)} that do not: 50th, 90th, 95th, 99th percentile", np.percentile(wrong, [50, 90, 95, 99]).round(3)
    )
    above = np.mean(np.array(right)[:, None] > np.array(wrong)[None, :])
    print(f"area under the curve {above:.3f}")
    print(f"MAY_SUPPORT {MAY_SUPPORT}: rule gives {np.percentile(right, 5):.3f}")
    print(f"SUPPORTS {SUPPORTS}: rule gives {np.percentile(wrong, 99):.3f}")
    print(f"CHOSEN_WITH {CHOSEN_WITH!r}: now {compared_with()!r}")


if __name__ == "__main__":
    main()
