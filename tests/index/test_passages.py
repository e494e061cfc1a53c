"""Passages: whole sentences, paragraph by paragraph, none lost, and never out of step with the text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import PassageLimits, sentences_within, split
from index.sentences import sentences
from index.types import Span

SENTENCE = "Le ministre a parlé de la paix."  # 31 characters


def paragraph(count: int) -> str:
    return " ".join(f"Le ministre a parlé {number:03d} fois." for number in range(count))  # 29 characters and a space


def texts_of(text: str, limits: PassageLimits | None = None) -> list[str]:
    return [text[start:end] for start, end in split(text, limits)]


def test_a_paragraph_that_fits_is_one_passage() -> None:
    first, second = paragraph(10), paragraph(12)
    assert texts_of(f"{first}\n{second}") == [first, second]
    assert texts_of(f"{first}\n\n{second}\n") == [first, second]


def test_a_heading_goes_with_the_paragraph_that_follows() -> None:
    first, second = paragraph(10), paragraph(12)
    text = f"Le titre\n\n{first}\nLeadership européen\n{second}"
    assert texts_of(text) == [f"Le titre\n\n{first}", f"Leadership européen\n{second}"]


def test_short_paragraphs_are_joined_until_they_are_long_enough() -> None:
    text = "\n".join([SENTENCE] * 14)
    assert texts_of(text, PassageLimits(target_characters=300, min_characters=200)) == ["\n".join([SENTENCE] * 7)] * 2


def test_a_last_short_line_goes_with_what_precedes_it() -> None:
    body = paragraph(10)
    assert texts_of(f"{body}\nÓscar Ruiz") == [f"{body}\nÓscar Ruiz"]


def test_a_last_short_line_stands_alone_when_it_does_not_fit() -> None:
    body = paragraph(10)
    assert texts_of(f"{body}\nÓscar Ruiz", PassageLimits(300)) == [body, "Óscar Ruiz"]


def test_a_short_paragraph_stands_alone_rather_than_cutting_the_next() -> None:
    short, long = paragraph(5), paragraph(22)
    assert texts_of(f"{short}\n{long}") == [short, long]


def test_a_long_paragraph_is_cut_into_equal_passages_that_share_one_sentence() -> None:
    found = texts_of(paragraph(30), PassageLimits(target_characters=500))
    numbers = [[int(word) for word in passage.split() if word.isdigit()] for passage in found]
    assert numbers == [list(range(15)), list(range(14, 30))]


def test_without_overlap_no_sentence_is_in_two_passages() -> None:
    found = texts_of(paragraph(30), PassageLimits(target_characters=500, overlap_sentences=0))
    assert " ".join(found) == paragraph(30)
    assert [len(passage) for passage in found] == [449, 449]


def test_passages_of_two_paragraphs_share_nothing() -> None:
    text = f"Titre\n{paragraph(30)}\n{paragraph(30)}"
    border = text.rindex("\n")
    assert all(end <= border or start > border for start, end in split(text, PassageLimits(500)))


def test_a_sentence_longer_than_the_target_is_a_passage_of_its_own() -> None:
    long = "Mot " * 200 + "fin."
    assert texts_of(f"{SENTENCE} {long} {SENTENCE}", PassageLimits(500)) == [SENTENCE, long, SENTENCE]


def test_nothing_gives_no_passage() -> None:
    assert split("") == []
    assert split(" \n\n\t ") == []


@pytest.mark.parametrize("wrong", [{"target_characters": 0}, {"overlap_sentences": -1}, {"min_characters": 701}])
def test_limits_that_cannot_be_met_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must"):
        PassageLimits(**wrong)


WORDS = st.sampled_from(["Le", "mot", "M.", "fin.", "«", "». ", "?", "1.", "- ", "U.S.", "…", "fin.Le", "é́", "x" * 50])
GAPS = st.sampled_from([" ", " ", " ", " ", "", "\n", "\n\n", "\u00a0", "\r\n"])
TEXTS = st.one_of(
    st.lists(st.tuples(WORDS, GAPS), max_size=150).map(lambda pairs: "".join(word + gap for word, gap in pairs)),
    st.text(max_size=300),
    st.lists(st.integers(0, 12), max_size=8).map(lambda counts: "\n".join(paragraph(count) for count in counts)),
)
LIMITS = st.builds(
    lambda target, share, overlap: PassageLimits(target, overlap, target * share // 10),
    st.integers(1, 800),
    st.integers(0, 10),
    st.integers(0, 3),
)


@settings(max_examples=3000, deadline=None)
@given(TEXTS, LIMITS)
def test_passages_are_runs_of_the_sentences_of_the_article(text: str, limits: PassageLimits) -> None:
    all_sentences, passages = sentences(text), split(text, limits)
    starts, ends = {sentence.start for sentence in all_sentences}, {sentence.end for sentence in all_sentences}
    seen: set[Span] = set()
    for passage in passages:
        assert passage.start in starts
        assert passage.end in ends
        assert text[passage.start : passage.end] == text[passage.start : passage.end].strip() != ""
        inside = sentences_within(text, passage)
        assert inside == [one for one in all_sentences if passage.start <= one.start and one.end <= passage.end]
        assert len(inside) == 1 or passage.end - passage.start <= limits.target_characters
        seen.update(inside)
    assert seen == set(all_sentences)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(passages))
