"""The student of the distillation: the teacher's network, with whole words of the other languages added."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from index.training.pairs import Pair
from index.training.teacher import teacher_folder
from index.training.translations import translations

if TYPE_CHECKING:
    import torch

LONGEST_ALIGNED = 120
"""Characters of the English texts that words are aligned in."""
COPIED = ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json")


Translations = Mapping[str, Sequence[tuple[str, float]]]


def words_to_add(pairs: Sequence[Pair], counts: Mapping[str, int], seed: int, laws: int = 120_000) -> Translations:
    """The most frequent words of each language that the teacher does not hold whole, with the English that they stand
    for (none where it cannot be told); `counts` says how many a language, `laws` how many law texts are looked at."""
    tokenizer = extended_tokenizer(())
    held = set(tokenizer.get_vocab())
    generator = random.Random(seed)
    added: dict[str, Sequence[tuple[str, float]]] = {}
    for language, wanted in counts.items():
        short = [pair for pair in pairs if pair.language == language and len(pair.english) < LONGEST_ALIGNED]
        law = [pair for pair in short if pair.source == "laws"]
        chosen = [pair for pair in short if pair.source != "laws"] + generator.sample(law, min(laws, len(law)))
        other = [_words(tokenizer, pair.other) for pair in chosen]
        meant = translations([_words(tokenizer, pair.english) for pair in chosen], other)
        frequent = [word for word, count in Counter(word for text in other for word in text).most_common() if count > 1]
        new = [word for word in frequent if word not in held and word not in added and word.isalpha()]
        added.update((word, meant.get(word, ())) for word in new[:wanted])
    return added


def extended_tokenizer(words: Iterable[str]) -> Tokenizer:
    """The teacher's tokenizer with whole words added behind its own pieces, which keep their numbers."""
    content = json.loads((teacher_folder() / "tokenizer.json").read_text("utf-8"))
    vocabulary = content["model"]["vocab"]
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    content["truncation"], content["padding"] = None, None
    return Tokenizer.from_str(json.dumps(content))


def extended_model(tokenizer: Tokenizer, words: Translations) -> Any:
    """The teacher's network with a row for every piece of `tokenizer`; a new one starts as the mean of the English
    words that it stands for, or else of its old parts."""
    import torch
    from transformers import AutoModel

    old = extended_tokenizer(())
    model: Any = AutoModel.from_pretrained(str(teacher_folder()))
    model.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
    rows: torch.Tensor = model.get_input_embeddings().weight

    def row_of(word: str) -> torch.Tensor:
        return rows[torch.tensor(old.encode(word, add_special_tokens=False).ids)].mean(0)

    with torch.no_grad():
        for word, meant in words.items():
            parts = [row_of(english) * share for english, share in meant] or [row_of(word)]
            rows[tokenizer.token_to_id(word)] = torch.stack(parts).sum(0)
    return model


def starting_model(tokenizer: Tokenizer, words: Translations, start: Path | None, layers: str) -> Any:
    """What a training starts from: the extended teacher, or the model in the folder `start`; of its layers only those
    that are listed, such as "0,2,5", all of them where the list is empty."""
    import torch
    from transformers import AutoModel

    model: Any = extended_model(tokenizer, words) if start is None else AutoModel.from_pretrained(str(start)).float()
    # The gradient of a batch touches the rows of its words alone: a hundredth of them.
    model.embeddings.word_embeddings.sparse = True
    if layers:
        kept = [model.encoder.layer[int(place)] for place in layers.split(",")]
        model.encoder.layer = torch.nn.ModuleList(kept)
        model.config.num_hidden_layers = len(kept)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            # The targets are fixed and the texts many: noise inside the network only slows the learning down.
            module.p = 0.0
    return model


def embed(model: Any, ids: "torch.Tensor", mask: "torch.Tensor") -> "torch.Tensor":
    """Mean over the tokens of the last layer, length 1: shape (texts, 384)."""
    import torch

    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).to(states.dtype)
    return torch.nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def write_student(folder: Path, model: Any, tokenizer: Tokenizer) -> None:
    """A folder that sentence-transformers loads: network, tokenizer, and the teacher's module settings."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab()
    (folder / "vocab.txt").write_text(
        "\n".join(sorted(vocabulary, key=lambda piece: vocabulary[piece])) + "\n", "utf-8"
    )
    (folder / "1_Pooling").mkdir(exist_ok=True)
    for name in (*COPIED, "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copyfile(teacher_folder() / name, folder / name)


def _words(tokenizer: Tokenizer, text: str) -> list[str]:
    parts: Any = tokenizer
    return [word for word, _ in parts.pre_tokenizer.pre_tokenize_str(parts.normalizer.normalize_str(text))]
