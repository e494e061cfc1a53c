"""Conditions select just the articles that they say, against plain Python."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.conditions import Condition, all_of, dated, from_sources, in_languages
from index.local_index import LocalIndex
from index.types import Article
from tests.fakes import WordEmbedder
from tests.index.conftest import write

ARTICLES = [
    Article(
        f"{folder}/{number}",
        "",
        f"The harbour of {folder} number {number} {language}.",
        language,
        date,
        url=f"https://{host}/{number}" if host else None,
    )
    for number, (folder, language, date, host) in enumerate(
        (folder, language, date, host)
        for folder in ("north", "south")
        for language in ("en", "fr", "und")
        for date in (None, "2024-02-29", "2024-03-01")
        for host in (None, "example.org")
    )
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    folder = tmp_path_factory.mktemp("conditions")
    write(folder, ARTICLES)
    return LocalIndex.open(folder, WordEmbedder())


CASES: list[tuple[Condition | None, Callable[[Article], bool]]] = [
    (in_languages(["fr"]), lambda each: each.language == "fr"),
    (in_languages(["und", "fr", "und"]), lambda each: each.language in ("fr", "und")),
    (in_languages(["de"]), lambda _each: False),
    (from_sources(["example.org"]), lambda each: each.url is not None),
    (from_sources(["south", "example.org"]), lambda each: each.url is not None or each.id.startswith("south")),
    (dated("2024-03-01", None), lambda each: each.date == "2024-03-01"),
    (dated(None, "2024-02-29"), lambda each: each.date == "2024-02-29"),
    (dated("2024-02-29", "2024-03-01"), lambda each: each.date is not None),
    (dated("2025-01-01", "2024-01-01"), lambda _each: False),
    (
        all_of(in_languages(["en", "fr"]), dated("2024-03-01", None), from_sources(["north"])),
        lambda each: (
            each.language in ("en", "fr")
            and each.date == "2024-03-01"
            and each.url is None
            and each.id.startswith("north")
        ),
    ),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_a_condition_selects_what_plain_python_selects(index: LocalIndex, case: int) -> None:
    condition, expected = CASES[case]
    with index.snapshot() as snapshot:
        hits = snapshot.search("the harbour", 100, allowed=condition, keep_near_copies=True)
    assert sorted(hit.passage.article for hit in hits) == sorted(each.id for each in ARTICLES if expected(each))


def test_no_condition_is_none() -> None:
    assert in_languages([]) is from_sources(()) is dated(None, None) is all_of() is all_of(None, None) is None
    assert all_of(None, in_languages(["fr"])) == in_languages(["fr"])


def test_equal_choices_make_equal_conditions() -> None:
    assert in_languages(["fr", "en"]) == in_languages(["en", "fr", "fr"])


def test_hostile_values_are_values_and_no_sql(index: LocalIndex) -> None:
    hostile = "fr') OR 1=1 --"
    with index.snapshot() as snapshot:
        assert snapshot.search("the harbour", allowed=in_languages([hostile])) == []
        assert snapshot.search("the harbour", allowed=from_sources([hostile])) == []
        assert snapshot.search("the harbour", allowed=dated(hostile, hostile)) == []


def test_a_filter_does_not_make_results_fewer(tmp_path: Path) -> None:
    """The best 300 passages by vectors and by words are all of another language, and still ten are found."""
    many = [Article(f"en{number}", "", f"the old harbour harbour {number}", "en") for number in range(300)]
    few = [Article(f"fr{number}", "", f"un texte sur harbour numéro {number} bis", "fr") for number in range(12)]
    write(tmp_path, [*many, *few])
    index = LocalIndex.open(tmp_path, WordEmbedder())
    with index.snapshot() as snapshot:
        hits = snapshot.search("the old harbour", 10, allowed=in_languages(["fr"]), keep_near_copies=True)
    assert len(hits) == 10
    assert {hit.passage.language for hit in hits} == {"fr"}
    assert {len(hit.ranks) for hit in hits} == {2}
    index.close()
