"""What somebody is told of the state of the articles changes with those that they may see, and with no others."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index import access, visible_state
from index.article_list import list_articles
from index.local_index import LocalIndex
from index.snapshot import Snapshot
from index.types import Article, Span
from index.verification import verify
from index.writer import IndexWriter
from tests.fakes import WordEmbedder
from tests.index.test_access import ALL, BOARD, PUBLIC, STAFF, write


def told(folder: Path, *groups: str) -> int:
    """The same wherever it is told."""
    with closing(LocalIndex.open(folder, WordEmbedder())) as index, index.snapshot(frozenset(groups)) as snapshot:
        state = snapshot.generation
        assert snapshot.collection().generation == state
    assert list_articles(folder, "", access.open_to(groups)).generation == state
    return state


def test_a_total_takes_in_and_gives_back_and_knows_no_order() -> None:
    numbers = [visible_state.shown(article) for article in ALL]
    assert visible_state.total(numbers) == visible_state.total(reversed(numbers)) == sum(numbers) % 2**61
    assert visible_state.total([visible_state.total(numbers), -numbers[0]]) == visible_state.total(numbers[1:])
    assert 0 <= visible_state.total([-1]) == 2**61 - 1
    assert all(0 <= visible_state.told(number) < 2**53 for number in numbers)


def test_all_that_is_shown_of_an_article_counts() -> None:
    changed = [
        replace(PUBLIC, id="another"),
        replace(PUBLIC, title="another"),
        replace(PUBLIC, text="another"),
        replace(PUBLIC, language="fr"),
        replace(PUBLIC, date="1999-01-01"),
        replace(PUBLIC, author="another"),
        replace(PUBLIC, url="another"),
    ]
    assert len({visible_state.shown(each) for each in (PUBLIC, *changed)}) == 8


def test_where_an_article_was_read_and_who_else_may_see_it_cannot_be_guessed_from_it() -> None:
    assert visible_state.shown(replace(PUBLIC, file="/srv/a.md", groups=("x",))) == visible_state.shown(PUBLIC)
    assert (
        visible_state.placed(1, Span(1, 4))
        != visible_state.placed(1, Span(1, 3))
        != visible_state.placed(2, Span(1, 3))
    )


def test_changes_of_hidden_articles_change_nothing_and_those_of_visible_ones_do(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    of_nobody, of_staff = told(tmp_path), told(tmp_path, "staff")
    assert of_nobody != of_staff
    write(tmp_path, (replace(BOARD, text="Another."), Article("new", "N", "New.", groups=("board",))))
    with IndexWriter.open(tmp_path, None) as writer:
        writer.remove(["nameless"])
        writer.repair()
    assert (told(tmp_path), told(tmp_path, "staff")) == (of_nobody, of_staff)
    write(tmp_path, (replace(STAFF, text="The salaries fall."),))
    assert told(tmp_path) == of_nobody
    assert told(tmp_path, "staff") != of_staff
    write(tmp_path, (STAFF,))
    assert told(tmp_path, "staff") == of_staff
    write(tmp_path, (replace(STAFF, groups=()),))
    assert told(tmp_path) == of_staff
    assert verify(tmp_path) == []


def test_it_is_that_of_an_index_that_never_held_what_is_hidden(tmp_path: Path) -> None:
    write(tmp_path / "all", ALL)
    write(tmp_path / "own", (STAFF, PUBLIC))
    assert told(tmp_path / "all", "staff") == told(tmp_path / "own", "staff") == told(tmp_path / "own", "staff", "law")
    write(tmp_path / "none", (BOARD,))
    assert told(tmp_path / "none") == visible_state.told(0)


def test_whoever_may_see_everything_is_told_the_number_of_the_change(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    with closing(LocalIndex.open(tmp_path, WordEmbedder())) as index, index.snapshot() as snapshot:
        before = snapshot.generation
    assert list_articles(tmp_path).generation == before < 10
    write(tmp_path, (replace(BOARD, text="Another."),))
    assert list_articles(tmp_path).generation > before


def test_totals_that_are_not_those_of_the_articles_are_a_fault_and_are_mended(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    with IndexWriter.open(tmp_path, None) as writer:
        writer.connection.execute("UPDATE access_lists SET shown = shown + 1 WHERE names LIKE '%staff%'")
    assert ["tells people" in fault.what for fault in verify(tmp_path)] == [True]
    with IndexWriter.open(tmp_path, None) as writer:
        writer.repair()
    assert verify(tmp_path) == []


def looked_up(index: LocalIndex, query: str) -> list[str]:
    """What a search of somebody in the staff asks of the database that goes through hidden articles or passages."""
    statements: list[str] = []
    with index.snapshot(frozenset({"staff"})) as snapshot:
        snapshot.connection.set_trace_callback(statements.append)
        assert snapshot.search(query)
    costly = ("passage_term_places WHERE", "passage_terms_docsize", "FROM article_facets")
    return [each for each in statements if any(part in each for part in costly)]


def test_a_search_after_a_change_of_hidden_articles_looks_nothing_up_again(tmp_path: Path) -> None:
    """It would take longer, and tell that there was a change."""
    write(tmp_path, ALL)
    with closing(LocalIndex.open(tmp_path, WordEmbedder())) as index:
        assert looked_up(index, "salaries in May")
        write(tmp_path, (replace(BOARD, text="Another."), Article("new", "N", "May salaries.", groups=("board",))))
        assert looked_up(index, "salaries in May") == []
        write(tmp_path, (replace(PUBLIC, text="The harbour closes in May."),))
        assert looked_up(index, "salaries in May")


def scores(index: LocalIndex, *queries: str) -> list[object]:
    def read(snapshot: Snapshot) -> Callable[[str], object]:
        return lambda query: snapshot.search(query, 50, keep_near_copies=True)

    with index.snapshot(frozenset()) as snapshot:
        return list(map(read(snapshot), queries))


def test_scores_are_the_same_to_the_last_digit_however_hidden_passages_are_stored(tmp_path: Path) -> None:
    """In the vector file or not yet in it, and beside however many."""
    words = "harbour boat salary train school bridge tax river market winter".split()
    visible = [Article(f"v{number}", "V", f"The {word} of May {number}.") for number, word in enumerate(3 * words)]
    with closing(_opened(tmp_path, visible)) as index:
        before = scores(index, "harbour May", "river and bridge")
        with IndexWriter.open(tmp_path, WordEmbedder()) as writer:
            for number in range(7):  # not in the vector file until the writer ends
                list(writer.add([Article(f"h{number}", "H", f"A hidden {words[number]}.", groups=("board",))]))
                assert scores(index, "harbour May", "river and bridge") == before
        assert scores(index, "harbour May", "river and bridge") == before


def _opened(folder: Path, articles: list[Article]) -> LocalIndex:
    with IndexWriter.open(folder, WordEmbedder()) as writer:
        list(writer.add(articles))
        return LocalIndex.open(folder, WordEmbedder())  # before there is a vector file
