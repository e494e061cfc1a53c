"""An answer as far as somebody may see what it was made of: rights are taken away, and links go to others."""

from collections.abc import Callable
from dataclasses import replace

from assistant.answer_text import quoted_text
from assistant.types import Answer
from index.types import Article


def visible_answer(answer: Answer, article: Callable[[str], Article | None]) -> Answer:
    """The answer itself where all of its passages may be seen; `article` gives an article by its id, and None for one
    that may not be seen or is not there.

    Where some may not, only the quotes are left that may. What a language model wrote goes as a whole, since it read
    all passages; so do the query, which may hold names from an earlier answer, and the notices.
    """
    named = {*(each.article for each in answer.passages), *(each.article for each in answer.citations)}
    seen = {article_id for article_id in named if article(article_id) is not None}
    if named == seen:
        return answer
    citations = tuple(each for each in answer.citations if each.article in seen)
    abstained = answer.abstained or not citations
    return replace(
        answer,
        searched_for=answer.question,
        text=quoted_text(citations, answer.language, abstained=abstained),
        abstained=abstained,
        citations=citations,
        passages=tuple(each for each in answer.passages if each.article in seen),
        mode="extractive",
        notices=(),
        statements=(),
        confidence=None,
    )
