"""Citation precision and recall after ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations"), with the set's gold spans in place of a model that judges entailment.

So a citation is right that shows a place which the set holds for right. A statement that is true, and rightly cited,
but tells what the set did not ask for, counts as wrong here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Answer
from eval.gold import FoundGold
from eval.metrics.holding import held_by
from index.types import Span


@dataclass(frozen=True, slots=True)
class CitationFigures:
    """`precision`: share of the citations of statements that show gold, a citation counting once for each statement
    that it stands behind; `recall`: share of the statements that at least one such citation stands behind. None where
    there is nothing to take a share of."""

    precision: float | None
    recall: float | None


def citation_figures(answer: Answer, gold: Sequence[FoundGold]) -> CitationFigures:
    """The statements are those of a language model; without them, each quote is one. An abstention states nothing."""
    if answer.abstained or not gold:
        return CitationFigures(None, None)
    right = {
        citation.number
        for citation in answer.citations
        if held_by(citation.article, Span(citation.start, citation.end), gold)
    }
    if answer.statements:
        behind = [statement.citations for statement in answer.statements]
    else:
        behind = [(citation.number,) for citation in answer.citations]
    cited = [number for numbers in behind for number in numbers]
    return CitationFigures(
        _share([number in right for number in cited]),
        _share([any(number in right for number in numbers) for numbers in behind]),
    )


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None
