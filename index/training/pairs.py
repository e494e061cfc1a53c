"""Parallel texts for training and for the development evaluation, split so that neither has seen the other."""

import gzip
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One file of pairs: `english TAB other` a line, gzip, UTF-8. One text in `held_out_one_in` is held out."""

    name: str
    file: str
    language: str
    licence: str
    held_out_one_in: int


SOURCES = (
    Source("laws", "laws.en-fr.tsv.gz", "fr", "Open Government Licence - Canada (Justice Laws)", 40),
    Source("tatoeba-fr", "tatoeba.en-fr.tsv.gz", "fr", "CC BY 2.0 FR (tatoeba.org, manythings.org/anki)", 10),
    Source("tatoeba-es", "tatoeba.en-es.tsv.gz", "es", "CC BY 2.0 FR (tatoeba.org, manythings.org/anki)", 10),
    Source("tatoeba-de", "tatoeba.en-de.tsv.gz", "de", "CC BY 2.0 FR (tatoeba.org, manythings.org/anki)", 10),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An English text and the same in another language; `position` is its line in the source, from 0."""

    english: str
    other: str
    language: str
    source: str
    position: int


@dataclass(frozen=True, slots=True)
class Split:
    """`training` and `held_out` share no text, on either side, after folding case, accents and punctuation."""

    training: tuple[Pair, ...]
    held_out: tuple[Pair, ...]


def key(text: str) -> str:
    """What two copies of a text have in common: its letters and digits without accents, in lower case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def is_held_out(english: str, one_in: int) -> bool:
    """Whether a text falls to the evaluation: by its content alone, so that every source and every run agree."""
    digest = hashlib.sha256(key(english).encode()).digest()
    return int.from_bytes(digest[:8], "big") % one_in == 0


def read(folder: Path, source: Source) -> Iterator[Pair]:
    """The pairs of one source, in the order of the file; lines that are no pair are left out."""
    with gzip.open(folder / source.file, "rt", encoding="utf-8") as lines:
        for position, line in enumerate(lines):
            english, _, other = line.rstrip("\n").partition("\t")
            if english.strip() and other.strip():
                yield Pair(english.strip(), other.strip(), source.language, source.name, position)


def split(folder: Path, sources: Sequence[Source] = SOURCES) -> Split:
    """Read all pairs and split them. A training pair that shares a text with a held-out one is dropped.

    A text that any source holds out is held out for all. Texts without letters or digits are dropped.
    """
    pairs = [pair for source in sources for pair in read(folder, source)]
    one_in = {source.name: source.held_out_one_in for source in sources}
    held_out = [pair for pair in pairs if is_held_out(pair.english, one_in[pair.source])]
    held_keys = set(_keys(held_out))
    training = [pair for pair in pairs if not held_keys.intersection(_keys([pair])) and key(pair.english)]
    return Split(tuple(training), tuple(unique(held_out)))


def unique(pairs: Iterable[Pair]) -> list[Pair]:
    """One-to-one pairs: of pairs that share their English or their other text, the first alone is kept."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for pair in pairs:
        marks = {(pair.source + ":english", key(pair.english)), (pair.source + ":other", key(pair.other))}
        if not seen.intersection(marks) and all(mark for _, mark in marks):
            kept.append(pair)
        seen |= marks
    return kept


def _keys(pairs: Iterable[Pair]) -> Iterator[str]:
    for pair in pairs:
        yield key(pair.english)
        yield key(pair.other)
