"""Question and passage as one row of tokens."""

from index.cross_encoders.tokens import LONGEST, LONGEST_QUESTION, PASSAGE, QUESTION, reading_tokens
from index.embedders.onnx import OnnxEmbedder
from index.types import Span

TOKENIZER = OnnxEmbedder().tokenizer


def test_each_part_has_its_segment_and_ends_alike() -> None:
    tokens = reading_tokens(TOKENIZER, "who came?", "a man came")
    assert tokens.segments == [QUESTION] * 5 + [PASSAGE] * 4
    pieces = [TOKENIZER.id_to_token(number) for number in tokens.ids]
    assert pieces == "[CLS] who came ? [SEP] a man came [SEP]".split()


def test_the_tokens_of_a_sentence_are_told() -> None:
    passage = "A title\nIt rained. A man came."
    tokens = reading_tokens(TOKENIZER, "who came?", passage)
    held = tokens.inside(Span(passage.index("A man"), len(passage)))
    inside = [TOKENIZER.id_to_token(number) for number, is_held in zip(tokens.ids, held, strict=True) if is_held]
    assert inside == "a man came .".split()


def test_long_parts_are_cut_and_what_is_behind_the_cut_has_no_tokens() -> None:
    passage = "text " * 500 + "last"
    tokens = reading_tokens(TOKENIZER, "word " * 200, passage)
    assert tokens.segments.count(QUESTION) == LONGEST_QUESTION + 2
    assert len(tokens.ids) == LONGEST
    assert not tokens.inside(Span(len(passage) - 4, len(passage))).any()
    assert tokens.inside(Span(0, 4)).sum() == 1


def test_an_empty_question_is_two_marks() -> None:
    assert reading_tokens(TOKENIZER, "", "text").segments == [QUESTION, QUESTION, PASSAGE, PASSAGE]


def test_an_empty_passage_is_one_mark() -> None:
    tokens = reading_tokens(TOKENIZER, "who?", "")
    assert tokens.segments.count(PASSAGE) == 1
    assert not tokens.inside(Span(0, 0)).any()
