"""The student of the distillation: the teacher's network, with whole words of the other languages added."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from index.training.pairs import Pair
from index.training.teacher import teacher_folder

if TYPE_CHECKING:
    import torch

COPIED = ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json")


def words_to_add(pairs: Sequence[Pair], counts: Mapping[str, int], tokenizer: Tokenizer) -> list[str]:
    """The most frequent words of each language that the tokenizer does not hold whole; `counts` says how many."""
    found: dict[str, Counter[str]] = {language: Counter() for language in counts}
    for pair in pairs:
        if pair.language in found:
            found[pair.language].update(_words(tokenizer, pair.other))
    held = set(tokenizer.get_vocab())
    added: dict[str, None] = {}
    for language, wanted in counts.items():
        frequent = [word for word, count in found[language].most_common() if count >= 4]
        new = [word for word in frequent if word not in held and word not in added and word.isalpha()]
        added.update(dict.fromkeys(new[:wanted]))
    return list(added)


def extended_tokenizer(words: Iterable[str]) -> Tokenizer:
    """The teacher's tokenizer with whole words added behind its own pieces, which keep their numbers."""
    content = json.loads((teacher_folder() / "tokenizer.json").read_text("utf-8"))
    vocabulary = content["model"]["vocab"]
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    content["truncation"], content["padding"] = None, None
    return Tokenizer.from_str(json.dumps(content))


def extended_model(tokenizer: Tokenizer) -> Any:
    """The teacher's network with a row for every piece of `tokenizer`; a new one is the mean of its old parts."""
    import torch
    from transformers import AutoModel

    old = extended_tokenizer(())
    old_size = old.get_vocab_size()
    model: Any = AutoModel.from_pretrained(str(teacher_folder()))
    model.resize_token_embeddings(tokenizer.get_vocab_size(), mean_resizing=False)
    rows: torch.Tensor = model.get_input_embeddings().weight
    with torch.no_grad():
        for piece, number in tokenizer.get_vocab().items():
            if number >= old_size:
                parts = old.encode(piece, add_special_tokens=False).ids
                rows[number] = rows[torch.tensor(parts)].mean(0)
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
