"""Question, sentence and the sentence before it as one row of tokens."""

from index.cross_encoders.tokens import (
    BEFORE,
    LONGEST_BEFORE,
    LONGEST_QUESTION,
    LONGEST_SENTENCE,
    QUESTION,
    SENTENCE,
    reading_tokens,
)
from index.embedders.onnx import OnnxEmbedder

TOKENIZER = OnnxEmbedder().tokenizer


def test_each_part_has_its_segment_and_ends_alike() -> None:
    tokens = reading_tokens(TOKENIZER, "who came?", "a man came", "it rained")
    assert tokens.segments == [QUESTION] * 5 + [SENTENCE] * 4 + [BEFORE] * 3
    pieces = [TOKENIZER.id_to_token(number) for number in tokens.ids]
    assert pieces == "[CLS] who came ? [SEP] a man came [SEP] it rained [SEP]".split()


def test_without_a_sentence_before_there_is_no_third_part() -> None:
    assert set(reading_tokens(TOKENIZER, "who?", "a man", "").segments) == {QUESTION, SENTENCE}


def test_long_parts_are_cut_the_sentence_before_at_its_beginning() -> None:
    tokens = reading_tokens(TOKENIZER, "word " * 200, "text " * 200, "first " * 200 + "last")
    counts = [tokens.segments.count(segment) for segment in (QUESTION, SENTENCE, BEFORE)]
    assert counts == [LONGEST_QUESTION + 2, LONGEST_SENTENCE + 1, LONGEST_BEFORE + 1]
    assert TOKENIZER.id_to_token(tokens.ids[-2]) == "last"


def test_an_empty_question_is_two_marks() -> None:
    assert reading_tokens(TOKENIZER, "", "text", "").segments == [QUESTION, QUESTION, SENTENCE, SENTENCE]
