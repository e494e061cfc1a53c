"""Added words that begin English words or are such are taken out; those of their own language stay."""

from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from index.training.english_words import mostly_english, sample, with_rows
from index.training.pairs import Pair

PIECES = ["[UNK]", "the", "tax", "is", "##ted", "##s", "designa", "impôt", "tonnage"]
FIRST_ADDED = PIECES.index("designa")


def pair(english: str, other: str, position: int) -> Pair:
    return Pair(english, other, "fr", "laws", position)


@pytest.fixture
def tokenizer() -> Any:
    made: Any = Tokenizer(models.WordPiece({piece: place for place, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def test_a_word_that_begins_english_words_or_is_one_is_named(tokenizer: Any) -> None:
    pairs = [pair("the designated tonnage", "tonnage", 0), pair("the tax", "impôt", 1), pair("tonnage tax", "impôt", 2)]
    assert mostly_english(tokenizer, FIRST_ADDED, pairs) == ["designa", "tonnage"]


def test_a_word_that_english_uses_rarely_for_its_own_uses_stays(tokenizer: Any) -> None:
    pairs = [pair("the impôt", "impôt impôt impôt impôt impôt", 0)]
    assert mostly_english(tokenizer, FIRST_ADDED, pairs) == []


def test_an_english_text_that_stands_in_several_pairs_counts_once(tokenizer: Any) -> None:
    pairs = [pair("the impôt", "impôt impôt", place) for place in range(3)]  # one English use for six others
    assert mostly_english(tokenizer, FIRST_ADDED, pairs) == []


def test_the_network_keeps_the_rows_of_the_pieces_that_stay() -> None:
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, pad_token_id=0
    )
    model: Any = BertModel(config)
    model.eval()
    smaller = with_rows(model, [0, 1, 2, 3, 4, 5, 7])
    assert smaller.config.vocab_size == 7
    assert model.config.vocab_size == 9
    mask = torch.ones((1, 3), dtype=torch.long)
    with torch.no_grad():
        before = model(input_ids=torch.tensor([[1, 7, 2]]), attention_mask=mask).last_hidden_state
        after = smaller(input_ids=torch.tensor([[1, 6, 2]]), attention_mask=mask).last_hidden_state
    torch.testing.assert_close(before, after)


def test_a_sample_is_the_same_each_time_and_whole_where_there_are_few() -> None:
    pairs = [pair(str(number), str(number), number) for number in range(50)]
    assert sample(pairs, 100) == pairs
    assert sample(pairs, 5) == sample(pairs, 5)
    assert len(set(sample(pairs, 5))) == 5
