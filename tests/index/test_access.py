"""What somebody may not see is not searched, counted, listed or read, and changes no result."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import access
from index.article_list import list_articles
from index.conditions import in_languages
from index.errors import ArticleUnknown, IndexTooNew, IndexTooOld
from index.layout import FORMAT
from index.local_index import LocalIndex
from index.selection import select
from index.snapshot import Snapshot
from index.types import Article, Hit
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder

PUBLIC = Article("public", "Harbour", "The harbour opens in May. Boats come from Spain.", "en", "2025-01-02")
STAFF = Article("staff", "Salaries", "The salaries rise in May by four percent.", "en", "2025-02-02", groups=("staff",))
BOARD = Article("board", "Fusion", "La fusion du port est décidée en mai.", "fr", "2026-03-02", groups=("board", "law"))
NAMELESS = Article("nameless", "Secret", "The secret harbour opens in May.", "en", groups=(" ",))
ALL = (PUBLIC, STAFF, BOARD, NAMELESS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "index", ALL)
    return tmp_path / "index"


def write(folder: Path, articles: tuple[Article, ...]) -> None:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        list(writer.add(articles))


def seen(folder: Path, *groups: str) -> set[str]:
    """The ids of the articles, found in every way that there is; all of them must agree."""
    index = LocalIndex.open(folder, WordEmbedder())
    try:
        with index.snapshot(frozenset(groups)) as snapshot:
            found = {hit.passage.article for hit in snapshot.search("May mai harbour salaries", 50)}
            assert set(snapshot.article_ids()) == found
            assert {article.id for article in snapshot.articles()} == found
            assert {each.id for each in ALL if snapshot.find_article(each.id)} == found
            assert snapshot.collection().articles == len(found)
            assert sum(snapshot.collection().languages.values()) == len(found)
            assert sum(snapshot.facets().languages.values()) == len(found)
        listed = list_articles(folder, "", access.open_to(groups))
        assert {each.id for each in listed.articles} == found
        assert listed.total == len(found)
        return found
    finally:
        index.close()


@pytest.mark.parametrize(
    ("groups", "visible"),
    [
        ((), {"public"}),
        (("staff",), {"public", "staff"}),
        (("law", "unknown"), {"public", "board"}),
        (("board", "staff", "law"), {"public", "staff", "board"}),
        (("", " ", "\n", "STAFF", "staff "), {"public"}),
        (("' OR 1=1 --", '"]', "%"), {"public"}),
    ],
)
def test_only_open_articles_and_those_of_ones_groups_are_there(
    folder: Path, groups: tuple[str, ...], visible: set[str]
) -> None:
    assert seen(folder, *groups) == visible


def test_without_groups_everything_is_there(folder: Path) -> None:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index, index.snapshot() as snapshot:
        assert len(snapshot.article_ids()) == snapshot.collection().articles == 4
        assert snapshot.article("nameless").title == "Secret"


def test_an_article_that_may_not_be_seen_is_unknown_in_the_same_words(folder: Path) -> None:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index, index.snapshot(frozenset()) as snapshot:
        told = []
        for article_id in ("staff", "never"):
            with pytest.raises(ArticleUnknown) as raised:
                snapshot.article(article_id)
            told.append(str(raised.value).replace(article_id, "it"))
        assert told[0] == told[1]


def test_sources_and_dates_are_those_of_what_may_be_seen(folder: Path) -> None:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        with index.snapshot(frozenset()) as snapshot:
            assert (snapshot.facets().earliest, snapshot.facets().latest) == ("2025-01-02", "2025-01-02")
        with index.snapshot(frozenset({"law"})) as snapshot:
            assert (snapshot.facets().earliest, snapshot.facets().latest) == ("2025-01-02", "2026-03-02")


def test_a_filter_narrows_what_may_be_seen_and_does_not_widen_it(folder: Path) -> None:
    with closing(LocalIndex.open(folder, WordEmbedder())) as index, index.snapshot(frozenset({"staff"})) as snapshot:
        assert {hit.passage.article for hit in snapshot.search("mai", 9, allowed=in_languages(["fr"]))} == set()
        found = snapshot.search("mai", 9, allowed=in_languages(["fr", "en"]))
        assert {hit.passage.article for hit in found} == {"public", "staff"}


def test_replacing_and_removing_an_article_changes_who_may_see_it(folder: Path) -> None:
    write(folder, (replace(STAFF, groups=("law",)), replace(BOARD, groups=())))
    assert seen(folder, "staff") == {"public", "board"}
    assert seen(folder, "law") == {"public", "staff", "board"}
    with IndexWriter.open(folder, None) as writer:
        writer.remove(["staff"])
    assert seen(folder, "law") == {"public", "board"}
    assert verify(folder) == []


def test_embedding_again_and_repairing_keep_who_may_see_what(folder: Path) -> None:
    with IndexWriter.open(folder, WordEmbedder(32), re_embed=True) as writer:
        writer.re_embed()
        writer.remake_terms()
    with closing(LocalIndex.open(folder, WordEmbedder(32))) as index, index.snapshot(frozenset({"law"})) as snapshot:
        assert snapshot.article_ids() == ["public", "board"]
    assert verify(folder) == []


def as_format_1(folder: Path) -> None:
    """The index as the version before access groups left it."""
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.executescript(
            "ALTER TABLE article_facets DROP COLUMN readers; DROP TABLE access_lists; DROP TABLE passage_term_places;"
            "PRAGMA user_version = 1;"
        )


def test_an_older_index_shows_nothing_to_somebody_with_groups_until_it_is_brought_up_to_date(folder: Path) -> None:
    as_format_1(folder)
    assert verify(folder) == []
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        with index.snapshot() as snapshot:
            assert len(snapshot.search("May", 9)) == 4
            assert snapshot.search("mai", 9, allowed=in_languages(["fr"]))[0].passage.article == "board"
        reads: list[Callable[[Snapshot], object]] = [
            Snapshot.collection,
            Snapshot.facets,
            Snapshot.article_ids,
            lambda snapshot: snapshot.search("May"),
        ]
        with index.snapshot(frozenset({"staff"})) as snapshot:
            for read in reads:
                with pytest.raises(IndexTooOld, match="assistant index repair"):
                    read(snapshot)
        with pytest.raises(IndexTooOld, match="assistant index repair"):
            list_articles(folder, "", access.open_to(["staff"]))
    with IndexWriter.open(folder, None):
        pass
    assert seen(folder, "staff") == {"public", "staff"}
    assert verify(folder) == []


def test_a_program_that_knows_nothing_of_groups_refuses_the_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.database.FORMAT", 1)
    with pytest.raises(IndexTooNew, match=f"format {FORMAT}"):
        LocalIndex.open(folder, WordEmbedder())
    as_format_1(folder)
    monkeypatch.undo()
    with IndexWriter.open(folder, None):
        pass
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)


def test_rights_that_are_not_those_of_the_articles_are_a_fault_and_are_mended(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("UPDATE article_facets SET readers = (SELECT min(readers) FROM article_facets)")
        connection.commit()
    assert ["access groups" in fault.what for fault in verify(folder)] == [True]
    with IndexWriter.open(folder, None) as writer:
        writer.remake_terms()
    assert verify(folder) == []


WORDS = "harbour boat salary train school bridge tax river market winter museum ferry engine doctor library".split()
GROUPS = [f"group {number}" for number in range(20)]


def generated(count: int, seed: int) -> Iterator[Article]:
    """Articles of common and rare words, a third of them for everybody, the others for one to three groups."""
    chance = random.Random(seed)
    for number in range(count):
        weights = [chance.random() ** 3 for _ in WORDS]
        sentences = (
            " ".join(chance.choices(WORDS, weights, k=chance.randint(4, 14))).capitalize() + "."
            for _ in range(chance.randint(1, 40))
        )
        groups = tuple(chance.sample(GROUPS, chance.randint(1, 3))) if chance.random() > 1 / 3 else ()
        yield Article(f"a{number:03}", f"Title {number}", " ".join(sentences), "en", groups=groups)


def told(hit: Hit) -> tuple[object, ...]:
    return (hit.passage, dict(hit.ranks), pytest.approx(hit.score, abs=1e-6), pytest.approx(hit.similarity, abs=1e-6))


def test_results_are_those_of_an_index_that_never_held_what_is_hidden(tmp_path: Path) -> None:
    """The same passages, ranks and scores, and as many: nothing that is hidden weighs in anywhere."""
    articles = tuple(generated(300, 7))
    write(tmp_path / "all", articles)
    chance = random.Random(11)
    with closing(LocalIndex.open(tmp_path / "all", WordEmbedder())) as index:
        for user in range(12):
            groups = frozenset(chance.sample(GROUPS, chance.randint(0, 4)))
            visible = tuple(article for article in articles if access.may_see(groups, article.groups))
            write(tmp_path / f"of {user}", visible)
            with (
                closing(LocalIndex.open(tmp_path / f"of {user}", WordEmbedder())) as own_index,
                own_index.snapshot() as alone,
                index.snapshot(groups) as among_others,
            ):
                for _ in range(6):
                    query = " ".join(chance.sample(WORDS, chance.randint(1, 5)))
                    expected = alone.search(query, 20, "en", keep_near_copies=True)
                    found = among_others.search(query, 20, "en", keep_near_copies=True)
                    assert [hit.passage for hit in found] == [hit.passage for hit in expected]
                    assert list(map(told, found)) == list(map(told, expected))
                    assert len(found) == 20
                assert replace(among_others.collection(), generation=0) == replace(alone.collection(), generation=0)
                assert among_others.facets() == alone.facets()


def test_a_hundred_thousand_rows_are_gone_through_once_for_a_generation(folder: Path) -> None:
    """Two questions of users with the same groups share one selection."""
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        with index.snapshot(frozenset({"staff", "law"})) as snapshot:
            snapshot.search("May")
            first = snapshot.view.selections.of(snapshot.connection, access.open_to(["law", "staff"]))
        with index.snapshot(frozenset({"law", "staff"})) as snapshot:
            again = snapshot.view.selections.of(snapshot.connection, access.open_to(["staff", "law", "staff"]))
            assert again is first
            assert select(snapshot.connection, access.open_to(["law", "staff"])).passages == first.passages == 3


def test_a_term_is_looked_up_once_so_that_the_time_of_more_look_ups_does_not_tell_of_hidden_passages(
    folder: Path,
) -> None:
    looked_up: list[str] = []
    with closing(LocalIndex.open(folder, WordEmbedder())) as index:
        for query in ("salaries rise", "rise", "salaries"):
            with index.snapshot(frozenset({"nobody"})) as snapshot:
                snapshot.connection.set_trace_callback(looked_up.append)
                snapshot.search(query)
    terms = [statement for statement in looked_up if "passage_term_places WHERE" in statement]
    assert len(terms) == len(set(terms)) > 0
