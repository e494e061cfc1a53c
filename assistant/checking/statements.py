"""What a language model wrote becomes statements with citations that are right, or that are marked as unsupported.

The model's own numbers are taken as a hint (docs/decisions/0091). Each statement is held against every passage that the
model was shown; a quote is always the span of a passage that says the statement best, read again from the article.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.checking.citation_marks import Mark, take_out
from assistant.checking.details import Detail, details
from assistant.checking.model_text import REMOVED, harmless
from assistant.checking.support import MAY_SUPPORT, SUPPORTS, CitedPassage, Likeness, ShownPassage, Support
from assistant.citations import cite, verified
from assistant.types import Citation, Statement
from index.language import detect
from index.sentences import sentences
from index.types import Article, Span

MOST_CITATIONS = 3
"""Of one statement."""

MARGIN = SUPPORTS - MAY_SUPPORT
"""A passage is clearly nearer than another one by this much."""

_LEADS_IN = re.compile(r":[\s*_]*\Z|\A\s{0,3}#{1,6}\s")
_REMOVED = re.compile(re.escape(REMOVED))
_MAY_END = re.compile(r"[.!?。！？…][^\w\s]*\Z")
_BULLET = re.compile(r"\A\s*(?:[-–—•*+]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """`text` holds a mark `[n]` behind each statement for each of its citations and is plain text; `citations` are
    numbered from 1 in the order in which the text cites them."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence of the text, the numbers that the model gave it, and what supports it: places of passages."""

    span: Span
    text: str
    cited: tuple[int, ...]
    details: tuple[Detail, ...]
    supports: tuple[tuple[int, Support], ...] = ()
    told: bool = False
    missing: frozenset[int] = frozenset()


def check(
    text: str, passages: Sequence[CitedPassage], likeness: Likeness, read: Callable[[str], Article]
) -> CheckedAnswer:
    """The answer `text` of a model that was shown `passages`, which it cites by their places, from 1.

    `read` gives an article as it is stored now, or raises ArticleUnknown.
    """
    stored = cache(read)
    shown = [ShownPassage(passage, likeness) for passage in passages]
    addresses = {passage.article.url for passage in passages if passage.article.url}
    while True:
        checked = _checked(text, addresses, shown, likeness, stored)
        strangers = addresses - {citation.url for citation in checked.citations}
        if not any(address in checked.text for address in strangers):
            return checked
        addresses -= strangers


def _checked(
    text: str,
    addresses: Collection[str],
    shown: Sequence[ShownPassage],
    likeness: Likeness,
    read: Callable[[str], Article],
) -> CheckedAnswer:
    """The answer, in which the addresses of those `addresses` stay that the text names."""
    passages = [each.passage for each in shown]
    plain, marks = take_out(harmless(text, addresses), [passage.text for passage in passages])
    # A model that runs in circles writes the same sentence a thousand times: each is held against the passages once.
    known: dict[tuple[str, tuple[int, ...]], _Claim] = {}
    claims = []
    for claim in _claims(plain, marks, len(passages)):
        same = (claim.text, claim.cited)
        if same not in known:
            known[same] = _supported(claim, shown, likeness, read)
        claims.append(replace(known[same], span=claim.span))
    return _written(plain, _with_lead_ins(claims), passages, read)


def _parts(text: str, marks: Sequence[Mark]) -> list[Span]:
    """The sentences of the text, parted where one may end before a mark or a removed address, too.

    What goes on there in small letters, which else is of the same sentence, would take its support away from it.
    """
    places = sorted({mark.position for mark in marks} | {found.start() for found in _REMOVED.finditer(text)})
    parts: list[Span] = []
    for start, end in sentences(text):
        for place in places[bisect_right(places, start) : bisect_left(places, end)]:
            words = text[start:place].rstrip()
            rest = text[place:end].lstrip()
            begun = rest.lstrip(f"{REMOVED} ")
            if begun and _MAY_END.search(words) and len(sentences(f"{words} {begun[0].upper()}{begun[1:]}")) > 1:
                parts.append(Span(start, start + len(words)))
                start = end - len(rest)
        parts.append(Span(start, end))
    return parts


def _claims(text: str, marks: Sequence[Mark], passages: int) -> list[_Claim]:
    spans = _parts(text, marks)
    numbers: list[list[int]] = [[] for _ in spans]
    place = 0
    for mark in marks:
        while place + 1 < len(spans) and spans[place + 1].start < mark.position:
            place += 1
        if spans:
            numbers[_owner(text, spans, place, mark.position)] += mark.numbers
    language = detect(text)
    named: dict[str, tuple[Detail, ...]] = {}
    found = []
    for span, cited in zip(spans, numbers, strict=True):
        words = text[span.start : span.end]
        valid = [number for number in dict.fromkeys(cited) if 1 <= number <= passages]
        if words not in named:
            named[words] = tuple(details(words, detect(words, language)))
        found.append(_Claim(span, words, tuple(valid), named[words]))
    return found


def _owner(text: str, spans: Sequence[Span], place: int, position: int) -> int:
    """The sentence that a mark belongs to: the one it stands in or right behind; the one that follows it where it
    begins a line."""
    following = place + 1
    if following >= len(spans) or position < spans[following].start:
        starts_line = position <= spans[place].start
        return place if not starts_line or place == 0 or "\n" in text[spans[place - 1].end : position] else place - 1
    return following if "\n" in text[spans[place].end : position] else place


def _supported(
    claim: _Claim, shown: Sequence[ShownPassage], likeness: Likeness, read: Callable[[str], Article]
) -> _Claim:
    """The claim with the passages that support it, the model's own choice first."""
    if not any(character.isalnum() for character in claim.text):
        return replace(claim, told=True)
    statement = _BULLET.sub("", claim.text)
    scores = iter(likeness.texts(statement, [text for passage in shown for text in passage.texts]))
    found: dict[int, Support] = {}
    for number, passage in enumerate(shown):
        support = passage.support([next(scores) for _ in passage.texts], claim.details)
        if support is not None and verified([cite(1, passage.passage.article, support.span)], read):
            found[number] = support
    own = {number - 1: found[number - 1] for number in claim.cited if number - 1 in found}
    kept = _believed(own, found, len(claim.details))
    missing = frozenset(range(len(claim.details))).intersection(*(support.missing for _, support in kept))
    return replace(claim, supports=tuple(kept), told=bool(kept), missing=missing)


def _believed(own: dict[int, Support], found: dict[int, Support], count: int) -> list[tuple[int, Support]]:
    """The passages to cite, best first: those that the model cites and that may say it, or others that clearly do."""
    believed = [(number, support) for number, support in own.items() if _may_say(support, count)]
    believed.sort(key=lambda item: (len(item[1].missing), -item[1].score))
    clear = [(number, support) for number, support in found.items() if support.score >= SUPPORTS]
    clear.sort(key=lambda item: (len(item[1].missing), -item[1].score))
    if not believed:
        return [item for item in clear[:1] if not item[1].missing]
    chosen = [believed[0]]
    if clear and _is_swapped(believed[0][1], clear[0][1]):
        chosen = [clear[0]]
    for item in (*believed, *clear):
        missing = frozenset(range(count)).intersection(*(support.missing for _, support in chosen))
        adds = bool(missing - item[1].missing)
        is_own = item[0] in own and item[1].score >= max(SUPPORTS, chosen[0][1].score - MARGIN)
        if item not in chosen and len(chosen) < MOST_CITATIONS and (adds or is_own):
            chosen.append(item)
    return chosen


def _may_say(support: Support, count: int) -> bool:
    """Whether a citation of the model's is believed: one that tells none of the details only if it is clear."""
    if support.score >= SUPPORTS:
        return True
    return support.score >= MAY_SUPPORT and (count == 0 or len(support.missing) < count)


def _is_swapped(own: Support, other: Support) -> bool:
    """Whether `other` clearly says what `own`, which the model cites, does not: it tells more of the details and is as
    near, or tells no fewer and is nearer by as much as lies between the two thresholds."""
    if other.missing < own.missing:
        return other.score >= own.score
    return other.missing <= own.missing and own.score < SUPPORTS and other.score - own.score >= MARGIN


def _with_lead_ins(claims: Sequence[_Claim]) -> list[_Claim]:
    """A heading, or a line that ends in a colon, and names nothing, is as well supported as what it leads to."""
    finished: list[_Claim] = []
    for claim in reversed(claims):
        leads_in = not claim.told and not claim.details and _LEADS_IN.search(claim.text)
        finished.append(replace(claim, told=True) if leads_in and finished and finished[-1].told else claim)
    return finished[::-1]


def _written(
    text: str, claims: Sequence[_Claim], passages: Sequence[CitedPassage], read: Callable[[str], Article]
) -> CheckedAnswer:
    """The text with its marks, numbered in the order in which they stand there."""
    numbers: dict[tuple[str, Span], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    pieces: list[str] = []
    position = 0
    for claim in claims:
        pieces.append(text[position : claim.span.start])
        position = claim.span.end
        given = []
        for place, support in claim.supports:
            article = passages[place].article
            number = numbers.setdefault((article.id, support.span), len(numbers) + 1)
            if number > len(citations):
                citations += verified([cite(number, article, support.span)], read)
            given.append(number)
        words = claim.text
        pieces.append(words + "".join(f" [{number}]" for number in dict.fromkeys(given)))
        if any(character.isalnum() for character in words):
            unverified = tuple(dict.fromkeys(claim.details[place].text for place in sorted(claim.missing)))
            statements.append(Statement(words, tuple(dict.fromkeys(given)), claim.told, unverified))
    pieces.append(text[position:])
    return CheckedAnswer("".join(pieces).strip(), tuple(statements), tuple(citations))
