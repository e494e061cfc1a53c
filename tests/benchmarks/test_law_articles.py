"""The articles and queries of the benchmark at scale, from pairs made here."""

import gzip
from pathlib import Path

import pytest

from benchmarks.index_scale_steps import percentiles
from benchmarks.law_articles import PAIRS, PARAGRAPHS, write_articles


def made_pairs(folder: Path, lines: int) -> list[tuple[str, str]]:
    """Pairs of which every third French line is too short for a paragraph, and every fifth is repeated."""
    pairs = []
    for number in range(lines):
        length = 40 if number % 3 == 0 else 80
        shown = number - 1 if number % 5 == 4 else number
        pairs.append((f"English {number} ".ljust(50, "e"), f"Français {shown} ".ljust(length, "f")))
    (folder / PAIRS).parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / PAIRS, "wt", encoding="utf-8") as file:
        file.writelines(f"{english}\t{french}\n" for english, french in pairs)
    return pairs


def test_articles_hold_a_dozen_distinct_french_paragraphs_and_no_paragraph_is_in_two(tmp_path: Path) -> None:
    french = {text for _, text in made_pairs(tmp_path, 200)}
    write_articles(tmp_path, tmp_path / "articles", 3, 5)
    files = sorted((tmp_path / "articles").rglob("*.txt"))
    assert [file.relative_to(tmp_path / "articles").as_posix() for file in files] == [
        f"000/loi-0000{number}.txt" for number in range(3)
    ]
    paragraphs = [file.read_text(encoding="utf-8").strip().split("\n\n")[1:] for file in files]
    assert [len(found) for found in paragraphs] == [PARAGRAPHS] * 3
    everything = [paragraph for found in paragraphs for paragraph in found]
    assert len(set(everything)) == 3 * PARAGRAPHS
    assert set(everything) <= french
    assert all(len(paragraph) == 80 for paragraph in everything)


def test_queries_are_pairs_that_no_article_holds(tmp_path: Path) -> None:
    pairs = set(made_pairs(tmp_path, 200))
    queries = write_articles(tmp_path, tmp_path / "articles", 3, 5)
    assert len(set(queries.english)) == len(set(queries.french)) == 5
    assert set(zip(queries.english, queries.french, strict=True)) <= pairs
    held = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "articles").rglob("*.txt"))
    assert not any(text in held for text in queries.french)


def test_the_same_pairs_make_the_same_articles_and_queries(tmp_path: Path) -> None:
    made_pairs(tmp_path, 200)
    one = write_articles(tmp_path, tmp_path / "one", 3, 5)
    other = write_articles(tmp_path, tmp_path / "other", 3, 5)
    assert one == other
    texts = [[path.read_bytes() for path in sorted((tmp_path / name).rglob("*.txt"))] for name in ("one", "other")]
    assert texts[0] == texts[1]


def test_where_lines_are_not_enough_paragraphs_are_composed_of_them(tmp_path: Path) -> None:
    """Of several lines' words, with other numbers; the first ones are still lines."""
    french = {text for _, text in made_pairs(tmp_path, 200)}
    write_articles(tmp_path, tmp_path / "articles", 30, 5)
    files = sorted((tmp_path / "articles").rglob("*.txt"))
    paragraphs = [text for file in files for text in file.read_text(encoding="utf-8").strip().split("\n\n")[1:]]
    assert len(paragraphs) == 30 * PARAGRAPHS
    composed = [text for text in paragraphs if text not in french]
    assert set(paragraphs[: 3 * PARAGRAPHS]) <= french
    assert len(composed) > 200
    assert all("Français" in text and len(text) <= 170 for text in composed)


def test_too_few_lines_for_the_queries_are_told(tmp_path: Path) -> None:
    made_pairs(tmp_path, 200)
    with pytest.raises(ValueError, match="--queries"):
        write_articles(tmp_path, tmp_path / "articles", 3, 1000)


def test_percentiles_are_those_of_the_sorted_values() -> None:
    assert percentiles([float(value) for value in range(100, 0, -1)]) == {"p50": 51.0, "p95": 96.0}
    assert percentiles([3.0]) == {"p50": 3.0, "p95": 3.0}
