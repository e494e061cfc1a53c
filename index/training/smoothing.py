"""How large the inputs of a network's linear layers become, so that int8 can be spread evenly over them.

A few channels are many times larger than the others, and int8 with one scale for all leaves little for the rest. What
divides a channel before a layer and multiplies its weights changes nothing but the rounding (Xiao et al. 2023,
"SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models").
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOWARDS_WEIGHTS = 0.8
"""How much of a channel's size is moved into the weights; 0.5 to 1 were tried, see docs/decisions/0038."""


def largest_inputs(
    model: Any, tokenizer: "Tokenizer", texts: Sequence[str], longest: int
) -> dict[str, NDArray[np.float32]]:
    """For each linear layer of the encoder, by name, the largest absolute value of each of its input's channels, over
    all tokens of the texts; shape (inputs,). Texts are cut at `longest` pieces."""
    import torch

    with watched_inputs(model.encoder) as found, torch.no_grad():
        for text in texts:
            ids = torch.tensor([tokenizer.encode(text).ids[:longest]])
            model(input_ids=ids, attention_mask=torch.ones_like(ids))
    return found


@contextmanager
def watched_inputs(encoder: Any) -> Iterator[dict[str, NDArray[np.float32]]]:
    """The same for whatever is run inside the `with`."""
    import torch

    found: dict[str, NDArray[np.float32]] = {}

    def watch(name: str) -> Any:
        def seen(_module: Any, inputs: tuple[Any, ...], _output: Any) -> None:
            largest = inputs[0].detach().abs().flatten(0, -2).amax(0).cpu().numpy()
            found[name] = np.maximum(found[name], largest) if name in found else largest

        return seen

    linear = [(name, part) for name, part in encoder.named_modules() if isinstance(part, torch.nn.Linear)]
    hooks = [part.register_forward_hook(watch(f"encoder.{name}")) for name, part in linear]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def channel_scales(largest: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """What to divide each channel of a layer's input by; shape (inputs,), about 1 in the middle. `matrix` has shape
    (outputs, inputs)."""
    inputs = np.maximum(largest, 1e-5).astype(np.float64)
    weights = np.maximum(np.abs(matrix).max(axis=0), 1e-5)
    logarithms = TOWARDS_WEIGHTS * np.log(inputs) - (1 - TOWARDS_WEIGHTS) * np.log(weights)
    return np.asarray(np.exp(logarithms - logarithms.mean()), dtype=np.float32)
