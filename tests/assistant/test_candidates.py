"""The candidates are the sentences of the passages, each once, with the sentence before it and its evidence."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.candidates import candidates, weigh
from index.embedders.static import StaticEmbedder
from index.types import Article, Hit, Passage, Span

TEXT = (
    "Ferry line reopens | Region\n\n"
    "The ferry to Anholt sails again on Monday. It carries 40 cars. The fare is 12 euros."
)
MODEL = StaticEmbedder()
ARTICLE = Article(id="ferry.txt", title="Ferry line reopens", text=TEXT, language="en")


def passage(first: str, last: str) -> Passage:
    start, end = TEXT.index(first), TEXT.index(last) + len(last)
    return Passage(ARTICLE.id, start, end, TEXT[start:end], "en")


HITS = [
    Hit(passage("It carries", "12 euros."), score=0.03),
    Hit(passage("The ferry", "40 cars."), score=0.02),
]


def read(article_id: str) -> Article:
    assert article_id == ARTICLE.id
    return ARTICLE


def test_every_sentence_of_the_passages_once_with_its_best_rank() -> None:
    found = candidates(HITS, read)
    assert [(item.text, item.before, item.rank) for item in found] == [
        ("It carries 40 cars.", "", 1),
        ("The fare is 12 euros.", "It carries 40 cars.", 1),
        ("The ferry to Anholt sails again on Monday.", "", 2),
    ]
    assert all(TEXT[item.span.start : item.span.end] == item.text for item in found)


def test_a_sentence_is_found_again_in_its_passage_under_the_title() -> None:
    for item in candidates(HITS, read):
        span = item.headed_span
        assert item.headed_passage[span.start : span.end] == item.text
        assert item.headed_passage.startswith("Ferry line reopens\n")


def test_cosines_are_those_of_the_sentence_in_its_context_and_of_the_passage() -> None:
    class Shifted(StaticEmbedder):
        """Gives in a passage the vectors of the parts read backwards, so that context and sentence differ."""

        def embed_spans(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
            return [vectors[::-1] for vectors in super().embed_spans(texts, spans)]

    question, model = "what is the fare?", Shifted()
    _, fare, _ = weigh(question, candidates(HITS, read), model, MODEL)
    asked = model.embed_queries([question])[0]

    def cosine(text: str) -> float:
        return float(model.embed_passages([text])[0] @ asked)

    # Backwards: passage, cars, fare -> fare, cars, passage.
    assert fare.passage_cosine == pytest.approx(cosine("The fare is 12 euros."), abs=1e-5)
    assert fare.sentence_cosine == pytest.approx(cosine("The fare is 12 euros."), abs=1e-5)
    passage_text = "Ferry line reopens\nIt carries 40 cars. The fare is 12 euros."
    assert fare.context_cosine == pytest.approx(cosine(passage_text), abs=1e-5)


def test_evidence_speaks_for_the_sentence_that_answers() -> None:
    found = candidates(HITS, read)
    cars, fare, sails = weigh("Combien coûte le billet ?", found, MODEL, MODEL)
    assert fare.sentence_cosine > max(cars.sentence_cosine, sails.sentence_cosine)
    assert (cars.suits_question, fare.suits_question, sails.suits_question) == (1.0, 1.0, -1.0)
    assert (cars.rank, sails.rank) == (1.0, 0.5)
    assert (cars.length, sails.length) == (0.5, 1.0)
    assert cars.heading == fare.heading == 0.0


def test_a_title_and_a_line_without_a_full_stop_are_headings() -> None:
    text = "Ferry line reopens\n\nNew timetable\n\nThe ferry sails on Monday."
    article = Article(id="b", title="Ferry line reopens", text=text)
    found = candidates([Hit(Passage("b", 0, len(text), text), score=1.0)], lambda _: article)
    assert [item.heading for item in weigh("when does it sail?", found, MODEL, MODEL)] == [1.0, 1.0, 0.0]


def test_no_hits_no_candidates() -> None:
    assert candidates([], read) == []
    assert weigh("anything", [], MODEL, MODEL) == []


def test_a_sentence_is_cut_from_the_article_not_from_the_passage() -> None:
    for item in candidates(HITS, read):
        assert item.span == Span(TEXT.index(item.text), TEXT.index(item.text) + len(item.text))


@pytest.mark.parametrize("question", ["?", "…", "12", "ferry " * 300])
def test_odd_questions_have_evidence_too(question: str) -> None:
    assert len(weigh(question, candidates(HITS, read), MODEL, MODEL)) == 3
