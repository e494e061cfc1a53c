"""The list of articles: searched, narrowed, a page at a time, and without an embedder."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.article_list import ListedArticle, files_of, list_articles
from index.conditions import dated, from_sources, in_languages
from index.errors import IndexMissing
from tests.index.conftest import BAKERY, PLEDGE, write


def ids(folder: Path, words: str = "", **more: object) -> list[str]:
    return [each.id for each in list_articles(folder, words, **more).articles]  # type: ignore[arg-type]


def test_an_article_is_listed_with_all_but_its_text(folder: Path) -> None:
    listed = list_articles(folder)
    assert listed.articles == (
        ListedArticle("bakery", "A bakery", "en", None, "example.org", None, 1),
        ListedArticle("engagement", "Un engagement", "fr", "2025-06-01", "", None, 1),
        ListedArticle("harbour", "The harbour", "en", None, "", "/a/h.txt", 1),
    )
    assert (listed.total, listed.generation > 0) == (3, True)
    assert listed.facets.languages == {"en": 2, "fr": 1}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("HARBOUR the", ["harbour"]),
        ("un enga", ["engagement"]),
        ("bakery harbour", []),
        ("e", ["bakery", "engagement", "harbour", "été"]),
        ("ÉTÉ", ["été"]),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_all_words_must_stand_in_title_or_id_in_any_case(folder: Path, words: str, found: list[str]) -> None:
    write(folder, [replace(BAKERY, id="été", title="Une Saison")])
    assert sorted(ids(folder, words)) == found


def test_it_is_narrowed_and_shown_a_page_at_a_time(folder: Path) -> None:
    assert ids(folder, condition=in_languages(["en"])) == ["bakery", "harbour"]
    assert ids(folder, condition=from_sources(["example.org"])) == ["bakery"]
    assert ids(folder, "e", condition=dated("2025-01-01", None)) == ["engagement"]
    assert ids(folder, first=1, count=1) == ["engagement"]
    assert list_articles(folder, first=1, count=1).total == 3


def test_files_with_the_articles_that_were_read_from_them(folder: Path) -> None:
    write(folder, [replace(PLEDGE, id="b", file="/a/t.csv"), replace(BAKERY, id="c", file="/a/t.csv")])
    assert files_of(folder) == {"/a/h.txt": ["harbour"], "/a/t.csv": ["b", "c"]}
    assert files_of(folder, ["c", "engagement"]) == {"/a/t.csv": ["b", "c"]}
    assert files_of(folder, []) == {}


def test_without_an_index_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        list_articles(tmp_path)
