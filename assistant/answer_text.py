"""The words of an answer: quotes, or a language model's statements, in a frame of the question's language."""

import datetime
from collections.abc import Collection, Sequence

from assistant.prompts import load_frames
from assistant.types import Citation, Statement


def quoted_text(
    citations: Sequence[Citation],
    language: str,
    *,
    abstained: bool,
    differing: Collection[int] = (),
    dated: bool = False,
) -> str:
    """The quotes with their numbers; when `abstained`, after the words that the articles do not tell.

    `differing` are the numbers of citations that contradict each other; it is said that they do, and they are given
    with the dates of their articles, as all are when `dated`.
    """
    frames = load_frames(language)
    contradicting = {cited.number for cited in citations if cited.number in differing}
    if len(contradicting) < 2:
        contradicting = set()

    def shown(cited: Citation) -> str:
        values = {"quote": _one_line(cited.quote), "number": cited.number}
        if cited.date and not abstained and (dated or cited.number in contradicting):
            return frames.render("quote_dated", date=_written_date(cited.date, frames.language), **values)
        return frames.render("quote", **values)

    if abstained:
        opening = [frames.render("not_told"), *([frames.render("nearest")] if citations else [])]
        return "\n\n".join([*opening, *map(shown, citations)])
    lines: list[str] = []
    led_in = None
    for cited in citations:
        differs = cited.number in contradicting
        if led_in is not differs:
            led_in = differs
            first = "answer_one" if len(citations) == 1 else "answer_several"
            lines.append(frames.render("answer_differing" if differs else "answer_also" if lines else first))
        lines.append(shown(cited))
    return "\n\n".join(lines)


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


def _written_date(iso: str, language: str) -> str:
    """`2025-04-11` as "April 11, 2025"; what is not an ISO date stays as it is."""
    from babel.dates import format_date

    try:
        return format_date(datetime.date.fromisoformat(iso), format="long", locale=language)
    except ValueError:
        return iso
