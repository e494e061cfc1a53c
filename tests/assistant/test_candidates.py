"""The candidates are the sentences of the passages, each once, with the sentence before it and its evidence."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.candidates import candidates, weigh
from index.embedders.static import StaticEmbedder
from index.embedders.token_states import TokenStates, span_vectors
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
    class Reading(StaticEmbedder):
        """Sees in every passage that a fare is spoken of, so that a sentence and the same in its passage differ."""

        def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
            (fare,) = self.embed_passages(["fare"])
            found = super().token_states(texts)
            return [TokenStates(one.states + 20 * fare, one.bounds) for one in found]

    question, model = "what is the fare?", Reading()
    _, fare, _ = weigh(question, candidates(HITS, read), model, MODEL)
    asked = model.embed_queries([question])[0]
    passage_text = "Ferry line reopens\nIt carries 40 cars. The fare is 12 euros."
    span = Span(passage_text.index("The fare"), len(passage_text))
    (states,) = model.token_states([passage_text])
    of_passage, of_fare = span_vectors(states, [Span(0, len(passage_text)), span])
    assert fare.passage_cosine == pytest.approx(float(of_passage @ asked), abs=1e-5)
    assert fare.context_cosine == pytest.approx(float(of_fare @ asked), abs=1e-5)
    alone = float(model.embed_passages(["The fare is 12 euros."])[0] @ asked)
    assert fare.context_cosine > alone + 0.01


def test_each_sentence_is_read_with_the_question_in_the_best_passage_that_holds_it() -> None:
    class Lengths:
        """Gives the length of a sentence, and that of the question in hundreds."""

        def logits(self, question: str, passages: Sequence[tuple[str, Sequence[Span]]]) -> list[NDArray[np.float32]]:
            assert all(span.end <= len(text) for text, spans in passages for span in spans)
            lengths = [[span.end - span.start + 100 * len(question) for span in spans] for _, spans in passages]
            return [np.array(one, dtype=np.float32) for one in lengths]

    found = candidates(HITS, read)
    read_ones = [item.reads_as_answer for item in weigh("what?", found, MODEL, MODEL, reader=Lengths())]
    assert read_ones == [len(item.text) + 500 for item in found]
    assert [item.reads_as_answer for item in weigh("what?", found, MODEL, MODEL)] == [0.0, 0.0, 0.0]


def test_evidence_speaks_for_the_sentence_that_answers() -> None:
    found = candidates(HITS, read)
    cars, fare, sails = weigh("Combien coûte le billet ?", found, MODEL, MODEL)
    assert fare.context_cosine > max(cars.context_cosine, sails.context_cosine)
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
