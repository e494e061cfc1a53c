"""A language model of a few kilobytes, made here: a real Llama whose weights are set so that it says what it should.

The next word depends on the last one alone: the embedding of a word is one of the axes, attention and the layers
between add nothing, and the last matrix leads from each axis to the word that follows. It holds two sentences, one that
ends and one that goes round in a circle. The chat template begins the one or the other by a word of the question.
"""

import sys
from pathlib import Path

TOLD = "Germany will send four IRIS-T systems and 10,000 artillery rounds to Ukraine this year [1] ."
CIRCLE = "and so on"
ENDLESS = "endlessly"
"""A question with this word gets the answer without end."""

_PADDING, _UNKNOWN, _END, _TELL, _CIRCLE = "<pad>", "<unk>", "</s>", "<tell>", "<circle>"
_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }} {% endfor %}"
    "{{ '" + _CIRCLE + "' if '" + ENDLESS + "' in messages[-1]['content'] else '" + _TELL + "' }}"
)


def write_tiny_model(folder: Path) -> Path:
    """Writes the model and its tokeniser as `transformers` loads them."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    told, circle = TOLD.split(), CIRCLE.split()
    circle = [f"{word}~" for word in circle]  # its own "and", so that it never leads into the other sentence
    words = [_PADDING, _UNKNOWN, _END, _TELL, _CIRCLE, *told, *circle]
    number = {word: place for place, word in enumerate(words)}
    by_words = Tokenizer(WordLevel(number, unk_token=_UNKNOWN))
    by_words.pre_tokenizer = WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=by_words,
        unk_token=_UNKNOWN,
        eos_token=_END,
        pad_token=_PADDING,
        additional_special_tokens=[_TELL, _CIRCLE],
    )
    tokenizer.chat_template = _TEMPLATE
    tokenizer.save_pretrained(folder)
    size = 2 * (len(words) // 2 + 1)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=size,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        max_position_embeddings=65536,
        tie_word_embeddings=False,
        eos_token_id=number[_END],
        pad_token_id=number[_PADDING],
        bos_token_id=None,
    )
    model = LlamaForCausalLM(config)
    follows = dict(zip([_TELL, *told], [*told, _END], strict=True)) | dict(
        zip([_CIRCLE, *circle], [*circle, circle[0]], strict=True)
    )
    with torch.no_grad():
        for name, values in model.named_parameters():
            if "norm" not in name:
                values.zero_()
        model.model.embed_tokens.weight[: len(words), : len(words)] = torch.eye(len(words))
        for word, after in follows.items():
            model.lm_head.weight[number[after], number[word]] = 10.0
    model.save_pretrained(folder)
    return folder


if __name__ == "__main__":  # FOLDER PORT: writes the model and serves it, in one process, since the imports take long
    from transformers.cli.transformers import main

    written = write_tiny_model(Path(sys.argv[1]))
    sys.argv = ["transformers", "serve", str(written), "--host", "127.0.0.1", "--port", sys.argv[2], "--device", "cpu"]
    main()  # type: ignore[no-untyped-call]
