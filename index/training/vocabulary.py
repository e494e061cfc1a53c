"""The word pieces of the static model: trained on all languages alike, with the teacher's whole words added."""

import random
from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from index.training.pairs import Pair

UNKNOWN = "[UNK]"


def texts_by_language(pairs: Sequence[Pair], law_share: float, seed: int) -> dict[str, list[str]]:
    """Each text once, by language; of the law texts only a share, since they repeat their formulas."""
    generator = random.Random(seed)
    texts: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.source != "laws" or generator.random() < law_share:
            texts.setdefault("en", set()).add(pair.english)
            texts.setdefault(pair.language, set()).add(pair.other)
    return {language: sorted(found) for language, found in texts.items()}


def train(pairs: Sequence[Pair], size: int, strip_accents: bool, seed: int) -> Tokenizer:
    """A WordPiece tokenizer of `size` pieces, trained on the same number of characters of every language."""
    tokenizer = _tokenizer({UNKNOWN: 0}, strip_accents)
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, special_tokens=[UNKNOWN], limit_alphabet=400, show_progress=False
    )
    tokenizer.train_from_iterator(_balanced(texts_by_language(pairs, 0.15, seed), seed), trainer)
    return tokenizer


def with_words(tokenizer: Tokenizer, words: Sequence[str], strip_accents: bool) -> Tokenizer:
    """The same tokenizer with whole words added to its pieces."""
    vocabulary = dict(tokenizer.get_vocab())
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    return _tokenizer(vocabulary, strip_accents)


def teacher_words(vocabulary: Sequence[str]) -> list[str]:
    """The teacher's own whole words of three letters or more, sorted."""
    return sorted(word for word in vocabulary if len(word) >= 3 and word.isalpha() and word.isascii())


def _tokenizer(vocabulary: dict[str, int], strip_accents: bool) -> Tokenizer:
    model: Any = models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=60)
    tokenizer = Tokenizer(model)
    # The attributes are typed too narrowly by the library's stubs.
    editable: Any = tokenizer
    editable.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=True, strip_accents=strip_accents, lowercase=True
            ),
        ]
    )
    editable.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    editable.decoder = decoders.WordPiece()
    return tokenizer


def _balanced(texts: dict[str, list[str]], seed: int) -> list[str]:
    """As many characters of every language as the language with the fewest has, in random order."""
    generator = random.Random(seed)
    limit = min(sum(map(len, found)) for found in texts.values())
    chosen = []
    for language in sorted(texts):
        found = texts[language][:]
        generator.shuffle(found)
        characters = 0
        for text in found:
            if characters > limit:
                break
            characters += len(text)
            chosen.append(text)
    return chosen
