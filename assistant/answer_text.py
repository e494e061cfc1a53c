"""The words of an answer: quotes, or a language model's statements, in a frame of the question's language."""

from collections.abc import Sequence

from assistant.prompts import load_frames
from assistant.types import Citation, Statement


def quoted_text(citations: Sequence[Citation], language: str, *, abstained: bool) -> str:
    """The quotes with their numbers; when `abstained`, after the words that the articles do not tell."""
    frames = load_frames(language)
    quotes = [frames.render("quote", quote=_one_line(cited.quote), number=cited.number) for cited in citations]
    if abstained:
        opening = [frames.render("not_told"), *([frames.render("nearest")] if quotes else [])]
    else:
        opening = [frames.render("answer_one" if len(citations) == 1 else "answer_several")]
    return "\n\n".join([*opening, *quotes])


def stated_text(text: str, statements: Sequence[Statement], language: str) -> str:
    """The checked text of a language model, in which each statement that no passage supports says so, and each figure,
    name and date that its passages do not tell is named. `statements` stand in `text` in their order."""
    frames = load_frames(language)
    pieces: list[str] = []
    position = 0
    for statement in statements:
        marked = statement.text + "".join(f" [{number}]" for number in statement.citations)
        start = text.find(marked, position)
        if start < 0:
            continue
        pieces.append(text[position : start + len(marked)])
        position = start + len(marked)
        if not statement.supported:
            pieces.append(f" ({frames.render('unsupported')})")
        elif statement.unverified:
            pieces.append(f" ({frames.render('unverified', what=', '.join(statement.unverified))})")
    return "".join([*pieces, text[position:]])


def _one_line(quote: str) -> str:
    return " ".join(quote.split())
