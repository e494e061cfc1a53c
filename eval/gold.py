"""Finds the gold spans of a set in the articles of an index, by id and position, by id and text, or by text alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, GoldSpan
from eval.text_finding import Words, occurrences, words_of
from index.types import Article, ReadProblem, Span

TELLING_WORDS = 6
"""A quote of so many words is gold wherever it stands; a shorter one without an article only where it is the only
one: "in 1945" in another article answers another question."""

_TELLING_CHARACTERS = 12  # six characters of Chinese are six words here
_KEY_WORDS = 5
_CONTEXT_WORDS = 8
"""How many words on each side of a quote must agree, so that a context that was cut elsewhere is still found."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FoundGold:
    """A gold span as it stands in the index.

    `article` is the id that the index has; `span` is where, in characters of the stored text, None for the whole
    article. `number` is the position of the `GoldSpan` in `Turn.gold`; one that stands in several articles word for
    word (copies) is found several times, with the same number. `region` is true where the answer stands somewhere
    within the span (a reference context), false where the span is the answer.
    """

    article: str
    span: Span | None
    relevance: int
    number: int
    region: bool = False


@dataclass(frozen=True, slots=True)
class GoldInIndex:
    """Where the gold of each turn stands: `spans` by turn id, holding every turn of the cases, with nothing where
    nothing was found. `problems` name each gold span that was not found."""

    spans: Mapping[str, tuple[FoundGold, ...]]
    problems: tuple[ReadProblem, ...]


@dataclass(frozen=True, slots=True)
class _Sought:
    """A gold span that is looked for by its text: the words that must agree, of which `skip` and `trailing` at the
    ends are not part of it. It begins `before` characters before its first word and ends `after` behind its last;
    both are negative where it begins or ends within a word."""

    turn: str
    where: str
    number: int
    gold: GoldSpan
    words: tuple[str, ...]
    skip: int
    trailing: int
    before: int
    after: int

    @property
    def key(self) -> tuple[str, ...]:
        return self.words[:_KEY_WORDS]

    @property
    def tells(self) -> bool:
        """Whether nobody else writes the same by chance."""
        return len(self.words) >= TELLING_WORDS and sum(map(len, self.words)) >= _TELLING_CHARACTERS


def find_gold(
    cases: Sequence[Case], read: Callable[[str], Article | None], articles: Callable[[], Iterable[Article]]
) -> GoldInIndex:
    """Finds the gold of all cases. `read` gives an article by id, or None; `articles` gives all of them, and is only
    called, once, where a span cannot be found by its id."""
    found: dict[str, list[FoundGold]] = {turn.id: [] for case in cases for turn in case.turns}
    problems: list[ReadProblem] = []
    pending: list[_Sought] = []
    for case in cases:
        for turn in case.turns:
            for number, gold in enumerate(turn.gold):
                article = read(gold.article) if gold.article is not None else None
                if article is not None and (spans := list(_in_named_article(gold, article))):
                    found[turn.id] += [_found(gold, article.id, span, number) for span in spans]
                elif (sought := _sought(gold, turn.id, case.where or turn.id, number)) is not None:
                    pending.append(sought)
                else:
                    problems.append(_unknown(gold, case.where or turn.id, article is not None))
    if pending:
        places = _places_everywhere(pending, articles())
        for sought in pending:
            everywhere = places.get((sought.turn, sought.number), [])
            if not everywhere or (len(everywhere) > 1 and not sought.tells):
                problems.append(_not_found(sought, len(everywhere)))
                continue
            found[sought.turn] += [_found(sought.gold, article, span, sought.number) for article, span in everywhere]
    return GoldInIndex({turn: tuple(_sorted(spans)) for turn, spans in found.items()}, tuple(problems))


def _found(gold: GoldSpan, article: str, span: Span | None, number: int) -> FoundGold:
    region = span is not None and gold.quote is None and gold.start is None
    return FoundGold(article, span, gold.relevance, number, region)


def _sorted(spans: Iterable[FoundGold]) -> list[FoundGold]:
    return sorted(dict.fromkeys(spans), key=lambda one: one.number)


def _in_named_article(gold: GoldSpan, article: Article) -> Iterator[Span | None]:
    """Where the gold stands in the article that it names: at its positions if its text is there, else by its text."""
    if gold.whole_article:
        yield None
        return
    text = article.text
    if (placed := _placed(gold, text)) is not None:
        yield placed
        return
    if gold.context is None and gold.quote is not None and gold.quote in text:
        start = text.find(gold.quote)
        while start >= 0:
            yield Span(start, start + len(gold.quote))
            start = text.find(gold.quote, start + len(gold.quote))
        return
    sought = _sought(gold, "", "", 0)
    if sought is not None:
        yield from _spans(sought, words_of(text), text, 0)


def _placed(gold: GoldSpan, text: str) -> Span | None:
    """The gold's own positions, where they are in the text and hold its quote."""
    if gold.start is None or gold.end is None or not 0 <= gold.start < gold.end <= len(text):
        return None
    if gold.quote is not None and text[gold.start : gold.end] != gold.quote:
        return None
    return Span(gold.start, gold.end)


def _sought(gold: GoldSpan, turn: str, where: str, number: int) -> _Sought | None:
    """What to look for, or None where the gold has no words. Of a quote in its context, the words around it, too."""
    text, within = _text_and_place(gold)
    words = words_of(text)
    inside = [place for place, span in enumerate(words.spans) if span.end > within.start and span.start < within.end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    around = _CONTEXT_WORDS if gold.quote is not None else 0
    skip, trailing = min(first, around), min(len(words.spans) - 1 - last, around)
    return _Sought(
        turn,
        where,
        number,
        gold,
        words.folded[first - skip : last + 1 + trailing],
        skip,
        trailing,
        before=words.spans[first].start - within.start,
        after=within.end - words.spans[last].end,
    )


def _text_and_place(gold: GoldSpan) -> tuple[str, Span]:
    """The widest text that the set gives, and where in it the gold stands."""
    quote, context = gold.quote, gold.context or ""
    if quote is None:
        return context, Span(0, len(context))
    told = gold.quote_in_context or 0
    if context.startswith(quote, told):
        return context, Span(told, told + len(quote))
    places = [place for place in range(len(context)) if context.startswith(quote, place)]
    if not places:
        return quote, Span(0, len(quote))
    nearest = min(places, key=lambda place: abs(place - told))
    return context, Span(nearest, nearest + len(quote))


def _spans(sought: _Sought, words: Words, text: str, first: int, last: int | None = None) -> Iterator[Span]:
    """Where the gold stands in a text: letter for letter if it can be, else from its first word to its last."""
    wanted = sought.gold.quote or sought.gold.context
    for place in occurrences(words, sought.words, first, last):
        opening = words.spans[place + sought.skip]
        closing = words.spans[place + len(sought.words) - sought.trailing - 1]
        exact = Span(max(0, opening.start - sought.before), closing.end + sought.after)
        yield exact if text[exact.start : exact.end] == wanted else Span(opening.start, closing.end)


def _places_everywhere(
    pending: Sequence[_Sought], articles: Iterable[Article]
) -> dict[tuple[str, int], list[tuple[str, Span]]]:
    """Where each sought text stands in all articles, which are gone through once."""
    by_key: dict[tuple[str, ...], list[_Sought]] = defaultdict(list)
    for sought in pending:
        by_key[sought.key].append(sought)
    lengths = sorted({len(key) for key in by_key})
    places: dict[tuple[str, int], list[tuple[str, Span]]] = defaultdict(list)
    for article in articles:
        words = words_of(article.text)
        for place in range(len(words.folded)):
            for length in lengths:
                if place + length > len(words.folded):
                    break
                for sought in by_key.get(words.folded[place : place + length], ()):
                    for span in _spans(sought, words, article.text, place, place + len(sought.words)):
                        places[sought.turn, sought.number].append((article.id, span))
    return places


def _unknown(gold: GoldSpan, where: str, article_is_there: bool) -> ReadProblem:
    if (text := gold.quote or gold.context) is not None:
        return ReadProblem(where, f"The gold {_short(text)!r} has no words to look for.", "Give more of the text.")
    if article_is_there:
        what = f"The positions {gold.start} to {gold.end} are not within the article {gold.article!r}."
        return ReadProblem(where, what, "Give the quote, or the positions in the article as it is indexed.")
    return ReadProblem(
        where,
        f"The index holds no article {gold.article!r}.",
        "Index it, or give the gold as a quote, which is found under any id.",
    )


def _short(text: str) -> str:
    on_one_line = " ".join(text.split())
    return on_one_line if len(on_one_line) <= _SHOWN else f"{on_one_line[:_SHOWN]}…"


def _not_found(sought: _Sought, places: int) -> ReadProblem:
    gold = sought.gold
    shown = _short(gold.quote or gold.context or "")
    if places:
        what = f"The gold {shown!r} stands in {places} places, and is too short to tell which is meant."
        return ReadProblem(sought.where, what, "Name its article, or give its context.")
    named = f" (the set names {gold.article!r})" if gold.article is not None else ""
    what = f"The gold {shown!r} stands in no article of the index{named}."
    return ReadProblem(sought.where, what, "Index its article, or correct the text.")
