"""What must hold of an index, whichever kind it is: in a folder, or in Milvus (a server of Milvus Lite)."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import access
from index.conditions import Condition, all_of, dated, from_sources, in_languages
from index.errors import ArticleUnknown, EmbedderMismatch, EmbedderUnavailable, IndexBusy, IndexMissing, QueryRefused
from index.ingestion import ingest, remove
from index.location import location_of
from index.places import index_at
from index.protocols import IndexPlace, IndexSnapshot
from index.types import Article, Hit, Progress
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE
from tests.index.test_access import ALL, GROUPS, WORDS, generated
from tests.index.test_conditions import ARTICLES as NARROWED
from tests.index.test_conditions import CASES
from tests.milvus_server import LiteServer, lite_server

NewPlace = Callable[[], IndexPlace]
_numbers = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    pytest.importorskip("milvus_lite", reason="pip install 'article-assistant[milvus]'")
    with lite_server(tmp_path_factory.mktemp("milvus")) as started:
        yield started


@pytest.fixture(params=["folder", "milvus"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlace:
    """Makes the places of new indexes of one kind."""
    if request.param == "folder":
        return lambda: index_at(tmp_path / f"index{next(_numbers)}")
    started: LiteServer = request.getfixturevalue("server")
    return lambda: index_at(location_of(f"{started.address}/i{next(_numbers)}"))


@pytest.fixture
def place(new_place: NewPlace) -> IndexPlace:
    """Three articles of one passage each."""
    made = new_place()
    assert write(made, [HARBOUR, PLEDGE, BAKERY]) == ["added"] * 3
    return made


def write(place: IndexPlace, articles: Sequence[Article]) -> list[str]:
    with place.writer(WordEmbedder()) as writer:
        return [written.outcome for written in writer.add(articles)]


def found(snapshot: IndexSnapshot, query: str, condition: Condition | None = None) -> list[str]:
    return [hit.passage.article for hit in snapshot.search(query, 100, keep_near_copies=True, allowed=condition)]


def test_there_is_none_until_it_is_built(new_place: NewPlace) -> None:
    place = new_place()
    for use in (place.status, place.article_ids, place.verify, place.listed, lambda: place.open(WordEmbedder())):
        with pytest.raises(IndexMissing, match="assistant index build"):
            use()


def test_what_is_added_is_found_counted_listed_and_read(place: IndexPlace) -> None:
    status = place.status()
    assert (status.articles, status.passages, status.languages) == (3, 3, {"en": 2, "fr": 1})
    assert (status.embedder, status.dimension, status.fingerprint) == ("words", 64, "words:64")
    assert place.article_ids() == ["harbour", "engagement", "bakery"]
    assert place.files_of() == {"/a/h.txt": ["harbour"]}
    assert [each.id for each in place.listed().articles] == ["bakery", "engagement", "harbour"]
    assert [each.id for each in place.listed("HARB").articles] == ["harbour"]
    assert place.listed(condition=in_languages(["fr"])).total == 1
    assert {(each.kind, each.article, each.title) for each in place.changes()} == {
        ("added", each.id, each.title) for each in (HARBOUR, PLEDGE, BAKERY)
    }
    with closing(place.open(WordEmbedder())) as index, index.snapshot() as snapshot:
        assert list(snapshot.articles()) == [HARBOUR, PLEDGE, BAKERY]
        assert snapshot.article("bakery") == BAKERY
        assert snapshot.find_article("other") is None
        assert snapshot.titles(["bakery", "other"]) == {"bakery": "A bakery"}
        assert snapshot.passages_of("bakery") == [(0, len(BAKERY.text))]
        assert snapshot.collection().languages == {"en": 2, "fr": 1}
        assert snapshot.facets().earliest == snapshot.facets().latest == "2025-06-01"
        assert dict(snapshot.facets().sources) == {"example.org": 1}
        hit = snapshot.search("fishermen repair nets", language="en")[0]
        assert HARBOUR.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert hit.ranks == {"vectors": 1, "words": 1}
        with pytest.raises(ArticleUnknown, match="'other'"):
            snapshot.article("other")
        with pytest.raises(QueryRefused):
            snapshot.search(" ")
    assert place.verify() == []


def test_a_replaced_article_is_the_new_one_only(place: IndexPlace) -> None:
    again = replace(BAKERY, text="The bakery was closed by a flood.", date="2024-01-01", url="https://two.example/b")
    assert write(place, [HARBOUR, again]) == ["unchanged", "replaced"]
    with closing(place.open(WordEmbedder())) as index, index.snapshot() as snapshot:
        assert snapshot.article("bakery") == again
        assert snapshot.collection().passages == 3
        assert "cakes" not in {hit.passage.text for hit in snapshot.search("bread and cakes")}
        assert [hit.passage.text for hit in snapshot.search("flood", 1)] == [again.text]
        assert (snapshot.facets().earliest, dict(snapshot.facets().sources)) == ("2024-01-01", {"two.example": 1})
    assert place.verify() == []


def test_a_removed_article_cannot_be_reached_and_can_be_added_again(place: IndexPlace) -> None:
    with closing(place.open(WordEmbedder())) as index:
        with place.writer(None) as writer:
            assert remove(writer, ["engagement", "/a/h.txt", "other"]) == (["engagement", "harbour"], ["other"])
            with index.snapshot() as snapshot:  # from that moment on, before the writer is closed
                assert found(snapshot, "harbour Allemagne bread") == ["bakery"]
                assert snapshot.find_article("harbour") is None
                assert snapshot.article_ids() == ["bakery"]
                assert snapshot.facets().earliest is None
        assert place.verify() == []
        assert write(place, [PLEDGE]) == ["added"]
        with index.snapshot() as snapshot:
            assert snapshot.article_ids() == ["bakery", "engagement"]
            assert found(snapshot, "Allemagne obus")[0] == "engagement"


def test_a_reader_sees_the_new_state_and_an_answer_stays_in_its_own(place: IndexPlace) -> None:
    with closing(place.open(WordEmbedder())) as index:
        with index.snapshot() as before:
            generation = before.generation
            write(place, [replace(BAKERY, text="Nothing is sold any more."), replace(HARBOUR, id="second")])
            assert before.article("bakery") == BAKERY
            assert before.search("bread cakes", 1)[0].passage.text == BAKERY.text
            assert "second" not in found(before, "harbour")
            assert before.generation == generation
        with index.snapshot() as after:
            assert after.generation > generation
            assert after.article("bakery").text == "Nothing is sold any more."
            assert "second" in found(after, "harbour")
            assert BAKERY.text not in {hit.passage.text for hit in after.search("bread cakes", 10)}


def test_vanished_files_are_pruned(place: IndexPlace) -> None:
    with place.writer(WordEmbedder()) as writer:
        report = ingest(writer, [BAKERY], prune=[Path("/a")])
    assert (report.unchanged, report.removed, report.added) == (1, 1, 0)
    assert place.article_ids() == ["engagement", "bakery"]


def test_another_writer_is_refused(place: IndexPlace) -> None:
    with (
        place.writer(WordEmbedder()),
        pytest.raises(IndexBusy, match="--wait"),
        place.writer(WordEmbedder(), wait_seconds=0.05),
    ):
        pass
    with place.writer(WordEmbedder(), wait_seconds=0.05):
        pass


def test_another_embedder_is_refused_until_all_is_embedded_again(place: IndexPlace) -> None:
    other = WordEmbedder(32)
    with pytest.raises(EmbedderMismatch, match="--re-embed"), place.writer(other):
        pass
    with pytest.raises(EmbedderMismatch):
        place.open(other)
    with pytest.raises(EmbedderUnavailable), place.writer(None) as writer:
        list(writer.add([replace(BAKERY, id="new")]))
    with place.writer(other, re_embed=True) as writer:
        assert writer.re_embed() == 3
    assert place.status().dimension == 32
    with closing(place.open(other)) as index, index.snapshot() as snapshot:
        assert snapshot.search("fishermen nets", 1)[0].passage.article == "harbour"
    assert place.verify() == []


def test_repairing_leaves_the_same_index(place: IndexPlace) -> None:
    with closing(place.open(WordEmbedder())) as index:
        with index.snapshot() as snapshot:
            before = snapshot.search("the new bakery in the harbour")
        with place.writer(None) as writer:
            writer.repair()
        with index.snapshot() as snapshot:
            assert snapshot.search("the new bakery in the harbour") == before
    assert place.verify() == []


def test_a_failed_change_leaves_nothing(place: IndexPlace) -> None:
    class Failing(WordEmbedder):
        def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
            raise RuntimeError(f"no memory for {len(texts)} texts {progress}")

    with pytest.raises(RuntimeError, match="no memory"), place.writer(Failing()) as writer:
        list(writer.add([replace(BAKERY, id="new"), replace(BAKERY, text="Other.")]))
    assert place.article_ids() == ["harbour", "engagement", "bakery"]
    assert place.verify() == []


def test_strange_and_long_articles_are_kept_letter_by_letter(new_place: NewPlace) -> None:
    place = new_place()
    long = " ".join(f"Satz {number} über das Schiff „Düne“ 🚢." for number in range(1_800))
    articles = [
        Article(
            "a\"b'] or 1 == 1 --/ü🚢", "“T” \\ ' \"", 'One "quoted" text\nof two lines.', "en", groups=('g"]', "é")
        ),
        Article("long", "Lang", long, "de", file="/x/'y\".txt"),
        Article("empty", "", "", "und"),
        Article("signs", "", "!!! ??? …", "und"),
    ]
    assert write(place, articles) == ["added"] * 4
    assert write(place, articles) == ["unchanged"] * 4
    with closing(place.open(WordEmbedder())) as index:
        with index.snapshot() as snapshot:
            assert list(snapshot.articles()) == articles
            hit = snapshot.search("Satz 4711 Schiff", 1, "de")[0]
            assert long[hit.passage.start : hit.passage.end] == hit.passage.text
        with index.snapshot(frozenset({'g"]'})) as snapshot:
            assert snapshot.find_article(articles[0].id) == articles[0]
    assert place.verify() == []


@pytest.fixture
def narrowed(new_place: NewPlace) -> IndexPlace:
    place = new_place()
    write(place, NARROWED)
    return place


def test_a_condition_selects_what_plain_python_selects(narrowed: IndexPlace) -> None:
    with closing(narrowed.open(WordEmbedder())) as index, index.snapshot() as snapshot:
        for condition, expected in CASES:
            wanted = sorted(each.id for each in NARROWED if expected(each))
            assert sorted(found(snapshot, "the harbour", condition)) == wanted
            assert narrowed.listed(condition=condition).total == len(wanted)
        hostile = "fr'\") OR 1=1 --"
        for condition in (in_languages([hostile]), from_sources([hostile]), dated(hostile, hostile)):
            assert found(snapshot, "the harbour", condition) == []


def test_a_filter_does_not_make_results_fewer(new_place: NewPlace) -> None:
    place = new_place()
    many = [Article(f"en{number}", "", f"the old harbour harbour {number}", "en") for number in range(150)]
    few = [Article(f"fr{number}", "", f"un texte sur harbour numéro {number} bis", "fr") for number in range(12)]
    write(place, [*many, *few])
    with closing(place.open(WordEmbedder())) as index, index.snapshot() as snapshot:
        hits = snapshot.search("the old harbour", 10, allowed=in_languages(["fr"]), keep_near_copies=True)
    assert {(hit.passage.language, len(hit.ranks)) for hit in hits} == {("fr", 2)}
    assert len(hits) == 10


def test_what_somebody_may_not_see_does_not_exist(new_place: NewPlace) -> None:
    place = new_place()
    write(place, ALL)
    with closing(place.open(WordEmbedder())) as index:
        for groups in ([], ["staff"], ["law", "staff"], [" "], ["", "\n"], ["sta"]):
            visible = {each.id for each in ALL if access.may_see(groups, each.groups)}
            with index.snapshot(frozenset(groups)) as snapshot:
                assert set(found(snapshot, "May mai harbour salaries")) == visible
                assert set(snapshot.article_ids()) == visible
                assert {each.id for each in ALL if snapshot.find_article(each.id)} == visible
                assert {each.id for each in ALL if snapshot.passages_of(each.id)} == visible
                assert set(snapshot.titles(each.id for each in ALL)) == visible
                assert snapshot.collection().articles == len(visible)
                assert sum(snapshot.facets().languages.values()) == len(visible)
            assert {each.id for each in index.listed(condition=access.open_to(groups)).articles} == visible


def told(hit: Hit) -> tuple[object, ...]:
    return (hit.passage, dict(hit.ranks), pytest.approx(hit.score, abs=1e-5), pytest.approx(hit.similarity, abs=1e-5))


def test_hidden_articles_weigh_in_no_score(new_place: NewPlace) -> None:
    """The same passages, ranks and scores as those of an index that never held what is hidden."""
    articles = list(generated(60, 7))
    everything = new_place()
    write(everything, articles)
    chance = random.Random(11)
    with closing(everything.open(WordEmbedder())) as index:
        for _ in range(2):
            groups = frozenset(chance.sample(GROUPS, chance.randint(0, 3)))
            own_place = new_place()
            write(own_place, [article for article in articles if access.may_see(groups, article.groups)])
            with (
                closing(own_place.open(WordEmbedder())) as own,
                own.snapshot() as alone,
                index.snapshot(groups) as among_others,
            ):
                for _ in range(4):
                    query = " ".join(chance.sample(WORDS, chance.randint(1, 5)))
                    expected = alone.search(query, 20, "en", keep_near_copies=True)
                    hits = among_others.search(query, 20, "en", keep_near_copies=True)
                    assert list(map(told, hits)) == list(map(told, expected))
                assert among_others.facets() == alone.facets()


def test_both_kinds_give_the_same_hits_and_scores(tmp_path: Path, server: LiteServer) -> None:
    """After adding, replacing and removing, for everybody and for some, with filters and without."""
    articles = list(generated(60, 3))
    changed = [replace(each, text=f"{each.text} A harbour.", date="2025-01-02") for each in articles[10:20]]
    places = [index_at(tmp_path / "index"), index_at(location_of(f"{server.address}/same"))]
    for place in places:
        write(place, articles)
        write(place, changed)
        with place.writer(None) as writer:
            writer.remove([each.id for each in articles[30:40]])
        assert place.verify() == []
    chance = random.Random(5)
    conditions = [None, dated("2025-01-01", None), all_of(in_languages(["en"]), from_sources(["none"]))]
    with closing(places[0].open(WordEmbedder())) as folder, closing(places[1].open(WordEmbedder())) as milvus:
        for groups in (None, frozenset(GROUPS[:2])):
            with folder.snapshot(groups) as expected, milvus.snapshot(groups) as snapshot:
                for number in range(12):
                    query = " ".join(chance.sample([*WORDS, "harbour"], chance.randint(1, 6)))
                    condition = conditions[number % 3]
                    wanted = expected.search(query, 20, "en", keep_near_copies=True, allowed=condition)
                    hits = snapshot.search(query, 20, "en", keep_near_copies=True, allowed=condition)
                    assert list(map(told, hits)) == list(map(told, wanted))
                assert snapshot.facets() == expected.facets()
                assert replace(snapshot.collection(), generation=0) == replace(expected.collection(), generation=0)


def test_what_somebody_is_told_of_the_state_is_of_what_they_may_see(new_place: NewPlace) -> None:
    def told(place: IndexPlace, *groups: str) -> int:
        listed = place.listed("", access.open_to(groups)).generation
        with closing(place.open(WordEmbedder())) as index, index.snapshot(frozenset(groups)) as snapshot:
            assert snapshot.generation == snapshot.collection().generation == listed
            return snapshot.generation

    place, alone = new_place(), new_place()
    write(place, ALL)
    write(alone, [article for article in ALL if not article.groups])
    before, of_staff = told(place), told(place, "staff")
    assert before == told(alone) == told(alone, "staff") != of_staff
    with place.writer(WordEmbedder()) as writer:
        writer.remove(["board"])
        writer.repair()
    write(place, [replace(ALL[3], text="Another secret."), replace(ALL[0], groups=("law",), id="new")])
    assert (told(place), told(place, "staff")) == (before, of_staff)
    write(place, [replace(ALL[1], text="The salaries fall.")])
    assert told(place) == before
    assert told(place, "staff") != of_staff
    assert place.verify() == []
