"""The network of `index.reading.network` in torch, and how it is written for that."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedders.manifest import MANIFEST
from index.reading.network import HEAD_WIDTH, MODEL_FILE, content_fingerprint, likeness
from index.training.reading.lessons import ReadingLesson

NAME = "passage-reader-en-fr-es-de"
LIKENESS = 4
"""How many figures `likeness` gives."""
FIRST_WEIGHTS = (6.0, 3.0, 2.0, 1.0)
"""Of these figures, before anything is learned."""


def reading_network(encoder_width: int = 384, width: int = 192, layers: int = 2, dropout: float = 0.1) -> Any:
    """A `torch.nn.Module` from a batch, as `batch_of` makes it, to logits of shape (lessons, sentences)."""
    import torch
    from torch import nn
    from torch.nn import functional

    class Layer(nn.Module):
        """Attention, then a wider layer, each on what is normalised and added to what was there."""

        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

        def forward(self, state: Any, bias: Any) -> Any:
            count, tokens, _ = state.shape
            parts = self.qkv(self.n1(state)).view(count, tokens, 3, width // HEAD_WIDTH, HEAD_WIDTH)
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
            seen = self.out(seen.transpose(1, 2).reshape(count, tokens, width))
            state = state + functional.dropout(seen, dropout, self.training)
            inner = functional.gelu(self.up(self.n2(state)), approximate="tanh")
            return state + functional.dropout(self.down(inner), dropout, self.training)

    class Network(nn.Module):
        """See `index.reading.network`; dropout besides."""

        def __init__(self) -> None:
            super().__init__()
            self.ns, self.nw = nn.LayerNorm(encoder_width), nn.LayerNorm(encoder_width)
            self.narrow = nn.Linear(2 * encoder_width, width)
            self.segments = nn.Parameter(torch.randn(2, width) * 0.02)
            self.layers = nn.ModuleList([Layer() for _ in range(layers)])
            self.norm = nn.LayerNorm(width)
            self.first, self.second = nn.Linear(3 * width + LIKENESS, width), nn.Linear(width, 1)
            self.plain = nn.Linear(LIKENESS, 1)
            with torch.no_grad():
                self.plain.weight.copy_(torch.tensor([FIRST_WEIGHTS]))
                self.plain.bias.fill_(-4.0)

        def forward(self, batch: Mapping[str, Any]) -> Any:
            told, mask, segments, inside = (batch[name] for name in ("told", "mask", "segments", "inside"))
            half = told.shape[-1] // 2
            both = torch.cat([self.ns(told[..., :half]), self.nw(told[..., half:])], -1)
            state = self.narrow(functional.dropout(both, dropout, self.training)) + self.segments[segments]
            bias = torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, -1e4)[:, None, None, :]
            for layer in self.layers:
                state = layer(state, bias)
            state = self.norm(state)
            of_question = (mask & (segments == 0)).unsqueeze(-1).to(state.dtype)
            question = (state * of_question).sum(1) / of_question.sum(1)
            shares = inside / inside.sum(-1, keepdim=True).clamp(min=1)
            means = shares @ state
            largest = state[:, None].masked_fill(inside[..., None] == 0, -1e4).max(2).values
            largest = largest.masked_fill(inside.sum(-1, keepdim=True) == 0, 0.0)
            parts = [means, largest, question[:, None].expand_as(means), batch["likeness"]]
            inner = functional.gelu(self.first(torch.cat(parts, -1)), approximate="tanh")
            return (self.second(inner) + self.plain(batch["likeness"])).squeeze(-1)

    return Network()


def batch_of(lessons: Sequence[ReadingLesson]) -> dict[str, Any]:
    """The lessons as padded tensors: `told`, states and rows of the tokens of question and passage; `mask`, which
    tokens there are; `segments`, 0 for those of the question; `inside`, which are of which sentence; `likeness`;
    `answers`; and `there`, which sentences there are."""
    import torch

    tokens = max(len(one.question.states) + len(one.passage.states) for one in lessons)
    sentences = max(len(one.answers) for one in lessons)
    width = lessons[0].passage.states.shape[1] * 2
    count = len(lessons)
    told = np.zeros((count, tokens, width), dtype=np.float32)
    mask, segments = np.zeros((count, tokens), dtype=bool), np.zeros((count, tokens), dtype=np.int64)
    inside = np.zeros((count, sentences, tokens), dtype=np.float32)
    alike = np.zeros((count, sentences, LIKENESS), dtype=np.float32)
    answers, there = (np.zeros((count, sentences), dtype=bool) for _ in range(2))
    for place, one in enumerate(lessons):
        asked, end = len(one.question.states), len(one.question.states) + len(one.passage.states)
        for start, text in ((0, one.question), (asked, one.passage)):
            told[place, start : start + len(text.states)] = np.concatenate([text.states, text.rows], axis=1)
        mask[place, :end], segments[place, asked:] = True, 1
        held = np.array(one.inside.any(axis=1))
        inside[place, : len(held), asked:end] = one.inside
        alike[place, np.flatnonzero(held)] = likeness(one.question, one.passage, one.inside[held])
        answers[place, : len(held)], there[place, : len(held)] = one.answers, held
    named = {"told": told, "mask": mask, "segments": segments, "inside": inside, "likeness": alike}
    named |= {"answers": answers, "there": there}
    return {name: torch.from_numpy(held) for name, held in named.items()}


def write_reading_network(folder: Path, model: Any, pieces_of: str) -> None:
    """Write `model.safetensors`, half precision, and `manifest.json`; `pieces_of` is the fingerprint of the encoder."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    # Taken away first and written last: a folder with a manifest is whole.
    (folder / MANIFEST).unlink(missing_ok=True)
    weights = {name: np.ascontiguousarray(tensor.cpu().numpy()) for name, tensor in model.state_dict().items()}
    (folder / MODEL_FILE).write_bytes(save({name: held.astype(np.float16) for name, held in weights.items()}))
    manifest = {
        "name": NAME,
        "format": "reading",
        "dimension": int(weights["narrow.bias"].shape[0]),
        "layers": sum(name.endswith(".qkv.bias") for name in weights),
        "pieces_of": pieces_of,
        "fingerprint": content_fingerprint(folder),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
