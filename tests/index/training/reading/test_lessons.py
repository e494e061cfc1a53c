"""Lessons of reading: every question over stretches of its passage and, unanswered, of a neighbour."""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.training.reading.corpus import Corpus
from index.training.reading.lessons import ParallelLessons, ReadingLesson, WrittenLessons, headed, stretches
from index.training.reading.written import WrittenPassage, WrittenQuestion

FERRY = WrittenPassage(
    "en",
    "A ferry",
    ("The port buys a ferry.", "It costs 4 million euros.", "A baker opposes it.", "The first trip is in May."),
    (WrittenQuestion("en", "how much is it?", (1,)), WrittenQuestion("en", "Who builds it?", ())),
)
BRIDGE = WrittenPassage(
    "en", "A bridge", ("The bridge is closed.", "It is old."), (WrittenQuestion("en", "Is it new?", (1,)),)
)


class EqualEmbedder:
    """Everything is as near to everything else."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)


def drawn(seed: int) -> list[ReadingLesson]:
    maker = WrittenLessons([FERRY, BRIDGE], EqualEmbedder(), seed)
    return [lesson for _ in range(80) for lesson in maker.draw()]


def test_a_lesson_is_answered_where_its_sentence_stands() -> None:
    plain = [one for one in drawn(5) if "costs 4 million euros." in one.text]
    told = [one for one in plain if one.question.lower().startswith("how much")]
    assert told
    for one in told:
        answering = [one.text[span.start : span.end] for span, yes in zip(one.spans, one.answers, strict=True) if yes]
        assert len(answering) == 1
        assert answering[0].endswith("costs 4 million euros.")  # garbled, a word may come twice
    others = [one for one in plain if one.question.lower().startswith("who builds")]
    assert others
    assert not any(any(one.answers) for one in others)


def test_a_question_over_a_neighbour_has_no_answer() -> None:
    over_bridge = [one for one in drawn(5) if "bridge is closed" in one.text]
    assert {one.question.lower() for one in over_bridge} >= {"who builds it?"}
    assert not any(any(one.answers) for one in over_bridge if one.question.lower() == "who builds it?")


def test_the_same_seed_gives_the_same_lessons_also_when_it_is_set_again() -> None:
    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
    maker = WrittenLessons([FERRY, BRIDGE], EqualEmbedder(), 5)
    first = maker.draw()
    maker.draw()
    maker.reseed(5)
    assert maker.draw() == first


def test_of_parallel_texts_the_last_sentence_alone_is_judged(corpus: Corpus) -> None:
    maker = ParallelLessons(corpus, 3)
    lessons = [lesson for _ in range(200) for lesson in maker.draw()]
    assert {len(one.spans) for one in lessons} == {1}
    assert all(one.text.endswith(one.text[one.spans[0].start :]) for one in lessons)
    assert {one.answers for one in lessons} == {(True,), (False,)}


def test_sentences_are_placed_under_their_title() -> None:
    text, spans = headed("A ferry", FERRY.sentences[:2])
    assert text == "A ferry\nThe port buys a ferry. It costs 4 million euros."
    assert [text[span.start : span.end] for span in spans] == list(FERRY.sentences[:2])


def test_stretches_hold_every_sentence_once_and_leave_none_alone() -> None:
    for seed in range(50):
        cut = stretches(12, random.Random(seed))
        assert [place for stretch in cut for place in stretch] == list(range(12))
        assert min(map(len, cut)) >= 2
