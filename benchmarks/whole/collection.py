"""The articles of the whole benchmark, and queries of which it is known what answers them; the same ones every time.

The articles are the French side of the pairs of legal texts. A query is either the English side of a sentence that an
article holds in French, of a pair that no training of this project saw; or the French marginal note of a section, which
stands before it in the act and in no article, the section being in one.

    python -m benchmarks.whole.collection DATA FOLDER ARTICLES QUERIES

A process of its own: it needs memory, and what a process once needed counts as that of the processes it starts.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.law_articles import FILES_IN_A_FOLDER, SHORTEST_PARAGRAPH
from index.training.pairs import SOURCES, Pair, is_held_out, read

LAWS = next(source for source in SOURCES if source.name == "laws")
MOST_PARAGRAPHS = 6
"""Of an article. They make 3.6 passages of 700 characters. Fewer where the pairs are not enough for the articles."""

LATER = 3
"""So many further articles are added one by one, and removed."""

SHORTEST_SENTENCE, LONGEST_SENTENCE = 30, 160
"""Characters of an English query."""

SHORTEST_NOTE = 20
"""Characters of a French query; the longest is shorter than a paragraph."""

LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Query:
    """`gold` is the id of the article that holds what is asked for: its file, relative to the articles' folder."""

    text: str
    language: str
    gold: str


@dataclass(frozen=True, slots=True)
class LaterArticle:
    """An article that is not in the collection at first. `quote` are words of its own."""

    id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """What one article is made of, and what can be asked of it, if anything."""

    texts: tuple[str, ...]
    english: str | None
    french: str | None


def main() -> None:
    data, folder, articles, queries = sys.argv[1:]
    write_collection(Path(data), Path(folder), int(articles), int(queries))


def write_collection(data: Path, folder: Path, articles: int, queries: int) -> dict[str, Any]:
    """Writes `articles/`, `later/` and `collection.json` below `folder`; returns what the last one holds.

    `queries` is how many there shall be in each language; there are no more than half as many as articles. `data` is
    the folder that holds `parallel/`. Raises ValueError when the pairs are too few.
    """
    groups = list(_groups(list(read(data / "parallel", LAWS)), articles + LATER))
    wanted = min(queries, articles // 2)
    english = set(_spread([place for place, group in enumerate(groups) if group.english], wanted))
    others = [place for place, group in enumerate(groups) if group.french and place not in english]
    french = set(_spread(others, wanted))
    asked = english | french
    fillers = _spread([place for place in range(len(groups)) if place not in asked], articles + LATER - len(asked))
    later = fillers[:: max(1, len(fillers) // LATER)][:LATER]
    asking: list[Query] = []
    for number, place in enumerate(sorted({*asked, *fillers} - set(later))):
        name = f"{number // FILES_IN_A_FOLDER:03}/loi-{number:06}.txt"
        _write(folder / "articles" / name, f"Recueil de lois, partie {number}", groups[place])
        if place in english:
            asking.append(Query(groups[place].english or "", "english", name))
        if place in french:
            asking.append(Query(groups[place].french or "", "french", name))
    added = []
    for number, place in enumerate(later):
        name = f"ajout-{number}.txt"
        _write(folder / "later" / name, f"Recueil de lois, supplément {number}", groups[place])
        added.append(LaterArticle(name, groups[place].texts[0][:LONGEST_QUOTE]))
    made = {
        "articles": articles,
        "paragraphs_an_article": len(groups[0].texts),
        "queries": [asdict(query) for query in asking],
        "later": [asdict(article) for article in added],
    }
    (folder / "collection.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return made


def _groups(pairs: Sequence[Pair], wanted: int) -> Iterator[Paragraphs]:
    """All the articles that the pairs give, in the order of the file; no paragraph is in two."""
    times = Counter(pair.other for pair in pairs)
    seen: set[str] = set()
    places = []
    for place, pair in enumerate(pairs):
        if len(pair.other) >= SHORTEST_PARAGRAPH and pair.other not in seen:
            seen.add(pair.other)
            places.append(place)
    size = min(MOST_PARAGRAPHS, len(places) // wanted)
    if not size:
        raise ValueError(
            f"{LAWS.file} has {len(places)} paragraphs, too few for {wanted} articles. Ask for fewer --articles."
        )
    for start in range(0, len(places) - size + 1, size):
        group = places[start : start + size]
        sentences = (pairs[place].english for place in group if _is_asked(pairs[place]))
        notes = (pairs[place - 1].other for place in group if place and _is_note(pairs[place - 1], pairs[place], times))
        yield Paragraphs(tuple(pairs[place].other for place in group), next(sentences, None), next(notes, None))


def _is_asked(pair: Pair) -> bool:
    fits = SHORTEST_SENTENCE <= len(pair.english) <= LONGEST_SENTENCE
    return fits and is_held_out(pair.english, LAWS.held_out_one_in)


def _is_note(pair: Pair, following: Pair, times: Counter[str]) -> bool:
    """Whether a line is the marginal note of the next one, and of no other section."""
    return (
        SHORTEST_NOTE <= len(pair.other) < SHORTEST_PARAGRAPH
        and pair.position + 1 == following.position
        and times[pair.other] == 1
        and len(pair.other.split()) >= 3
        and pair.other[0].isupper()
        and pair.other[-1].isalpha()
    )


def _spread(places: Sequence[int], count: int) -> list[int]:
    """At most `count` of the places, evenly over all of them."""
    taken = min(count, len(places))
    return [places[number * len(places) // taken] for number in range(taken)]


def _write(path: Path, title: str, paragraphs: Paragraphs) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join([title, *paragraphs.texts]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
