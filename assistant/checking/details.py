"""The figures, dates and names of a statement, and which of them a passage does not tell."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from assistant.checking.date_mentions import DateMention, complete, date_mentions
from assistant.checking.figures import Figure, figures
from assistant.checking.names import Name, NamesOf, WordCosines, names
from assistant.locale_names.languages import LANGUAGES
from index.types import Article, Span


@dataclass(frozen=True, slots=True)
class Detail:
    """A figure, a date or a name as it is written in a statement; `is_told` says whether a passage tells it."""

    text: str
    span: Span
    is_told: Callable[["Known"], bool]


class Known:
    """What one passage tells, together with the title, the date and the author of its article."""

    def __init__(self, article: Article, span: Span, cosines: WordCosines) -> None:
        about = " \n ".join(part for part in (article.title, article.author) if part)
        text = f"{about} \n {article.text[span.start : span.end]}"
        mentions = date_mentions(text)
        self.dates = complete(mentions, article.date)
        self.figures = figures(text)  # in every language: nobody knows in which one a quote inside it stands
        self.years = {mention.year for mention in self.dates if mention.year}
        self.names = NamesOf(text, cosines)

    def tells_date(self, mention: DateMention) -> bool:
        return any(mention.agrees(date) for date in self.dates)

    def tells_figure(self, figure: Figure) -> bool:
        return any(figure.is_same(other) for other in self.figures) or any(
            value in self.years for value in figure.values if not figure.unit
        )

    def tells_name(self, name: Name) -> bool:
        return self.names.hold(name)


def details(statement: str, language: str) -> list[Detail]:
    """The details of a statement that is written in `language`, in the order in which they stand in it."""
    dates = date_mentions(statement)
    taken = [mention.span for mention in dates]
    counted = figures(statement, (language,) if language in LANGUAGES else ("und",), taken)
    taken += [figure.span for figure in counted]
    found = [
        *(Detail(mention.text, mention.span, partial(Known.tells_date, mention=mention)) for mention in dates),
        *(Detail(figure.text, figure.span, partial(Known.tells_figure, figure=figure)) for figure in counted),
        *(
            Detail(name.text, name.span, partial(Known.tells_name, name=name))
            for name in names(statement, language, taken)
        ),
    ]
    return sorted(found, key=lambda detail: detail.span)
