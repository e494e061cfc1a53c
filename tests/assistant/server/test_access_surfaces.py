"""2,000 questions of 200 users through every surface, most of them about what they may not see: nothing of it comes
out."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path

import pytest

from index.access import may_see
from index.embedders.static import StaticEmbedder
from index.facets import SOURCES_LISTED
from index.types import Article
from index.writer import IndexWriter
from tests.assistant.hidden_articles import (
    ARTICLES,
    assistant_over,
    hidden_from,
    leaked,
    secrets_of,
    users,
    visible_to,
)
from tests.assistant.server.surfaces import SURFACES, Served, everything, forged, served_over
from tests.chats import asked

USERS = users()
hidden = cache(hidden_from)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("surfaces")
    with assistant_over(folder / "index", ARTICLES) as engine, served_over(engine, folder) as server:
        yield server


def test_the_size_is_the_one_that_is_promised() -> None:
    assert (len(ARTICLES), len(USERS)) == (1_000, 200)
    assert len({group for article in ARTICLES for group in article.groups}) == 20
    assert sum(count for _, count in SURFACES.values()) == 2_000


@pytest.mark.parametrize("surface", SURFACES)
def test_no_secret_of_a_hidden_article_comes_out(served: Served, surface: str) -> None:
    show, count = SURFACES[surface]
    chance = random.Random(surface)
    first = chance.randrange(len(USERS))
    found = {}
    for number in range(count):
        groups = USERS[(first + number) % len(USERS)]
        article = chance.choice(hidden(groups))
        asked, shown = show(served, groups, article, chance)
        if secrets := leaked(shown, groups, asked):
            found[asked] = secrets
    assert found == {}


@pytest.mark.parametrize("surface", SURFACES)
def test_an_owner_who_asks_the_same_is_shown_them_so_that_a_leak_would_be_seen(served: Served, surface: str) -> None:
    show, _ = SURFACES[surface]
    chance = random.Random(surface)
    for article in chance.sample(hidden(frozenset()), 1 if surface == "examples" else 3):
        asked, shown = show(served, None, article, chance)
        assert leaked(shown, frozenset(), asked), asked


def test_every_user_is_told_the_numbers_of_what_they_see_and_no_others(served: Served) -> None:
    for groups in USERS:
        visible = visible_to(groups)
        listed = served.send(groups, "GET", "/api/v1/articles", params={"count": 1}).json()
        facets = served.engine.seen_by(groups).facets()
        assert listed["total"] == len(visible) < len(ARTICLES)
        assert facets.languages == {"en": len(visible)}
        assert len(facets.sources) == SOURCES_LISTED  # each article has one of its own
        assert facets.earliest == min(str(article.date) for article in visible)
        assert facets.latest == max(str(article.date) for article in visible)
    assert served.send(USERS[1], "GET", "/api/v1/health/ready").json() == {"status": "ready"}
    for path in ("/metrics", "/collection", "/collection/config", "/evaluation"):
        assert served.send(USERS[1], "GET", path).status_code == 403


def test_a_hidden_article_is_answered_as_one_that_never_was(served: Served) -> None:
    for groups in USERS[:40]:
        article = hidden(groups)[7]
        absent = f"{article.id[:-4]}9999"

        def told(article_id: str, groups: frozenset[str] = groups, quote: str = article.text) -> list[tuple[int, str]]:
            sent = (
                served.send(groups, "GET", f"/api/v1/articles/{article_id}"),
                served.send(groups, "DELETE", f"/api/v1/articles/{article_id}"),
                served.send(groups, "POST", "/api/v1/feedback", json=forged(article_id, quote)),
                served.send(groups, "GET", "/api/v1/articles", params={"q": article_id}),
            )
            found = [(each.status_code, each.text) for each in sent]
            found.append((0, served.call(groups, "read_article", {"article": article_id})))
            return [(status, text.replace(article_id, "ID")) for status, text in found]

        assert told(article.id) == told(absent)


@pytest.mark.parametrize("change", ["removed", "given to a group of another name"])
def test_what_is_taken_away_is_gone_from_every_surface_while_the_server_goes_on(tmp_path: Path, change: str) -> None:
    before = next(article for article in ARTICLES if article.groups)
    groups, chance = frozenset(before.groups), random.Random(3)
    with assistant_over(tmp_path / "index", ARTICLES[:60]) as engine, served_over(engine, tmp_path) as served:
        chat = served.chat(groups)
        conversation = asked(chat, f"What did Director {secrets_of(before).name} say?")
        assert secrets_of(before).word in everything(chat, conversation)
        for surface, (show, _) in SURFACES.items():
            if surface not in ("shared links", "counts and filters", "examples"):
                said, shown = show(served, groups, before, chance)
                assert leaked(shown, frozenset(), said), surface
        with IndexWriter.open(tmp_path / "index", StaticEmbedder()) as writer:
            if change == "removed":
                writer.remove([before.id])
            else:
                assert len(list(writer.add([replace(before, groups=("renamed",))]))) == 1
        own = {secret.casefold() for secret in astuple(secrets_of(before))}
        assert own.isdisjoint(leaked(everything(chat, conversation), frozenset(), conversation[0].question))
        for surface, (show, _) in SURFACES.items():
            if surface not in ("shared links", "chat, rights taken away"):
                said, shown = show(served, groups, before, chance)
                assert own.isdisjoint(leaked(shown, frozenset(), said)), surface
        if change != "removed":
            said, shown = SURFACES["search"][0](served, frozenset({"renamed"}), before, chance)
            assert own.intersection(leaked(shown, frozenset(), said))


BY_CHANCE = re.compile(
    r"chatcmpl-[0-9a-f]{24}|\"created\":\s*\d+|shared-[\w-]{22}-[0-9a-f]{12}|\b[0-9a-f]{12}\b|\bapi-[\w-]{22}"
    r"|data-opening=\"[0-9a-f]{8}\""
)
"""Ids that are made anew each time, and the hour."""


@contextmanager
def untimed(folder: Path, articles: list[Article]) -> Iterator[Served]:
    """A server that tells of all answers that they took one very long step."""
    folder.mkdir(exist_ok=True)
    with (
        assistant_over(folder / "index", articles) as engine,
        served_over(replace(engine, told_step_ms=10_000_000.0), folder) as served,
    ):
        yield served


def rounded(shown: str) -> str:
    """Without the last digits of scores: what is embedded together differs in them, when an article is added."""
    return re.sub(r"\d\.\d{5,}", lambda score: f"{float(score[0]):.4f}", shown)


def shown_on_all(served: Served, groups: frozenset[str], article: Article) -> dict[str, str]:
    shown = {}
    for surface, (show, _) in SURFACES.items():
        if surface != "chat, rights taken away":  # which needs the article to be there
            asked, found = show(served, groups, article, random.Random(surface))
            shown[surface] = f"{asked}: {BY_CHANCE.sub('ID', found)}"
    return shown


def test_whatever_becomes_of_hidden_articles_every_surface_gives_the_same_bytes(tmp_path: Path) -> None:
    """Also those of a server that never had them: no number counts them, and no score weighs them."""
    groups, few = USERS[3], ARTICLES[:60]
    hidden = [article for article in few if not may_see(groups, article.groups)]
    visible = [article for article in few if may_see(groups, article.groups)]
    with untimed(tmp_path / "alone", visible) as served:
        alone = shown_on_all(served, groups, hidden[0])
    with untimed(tmp_path / "all", few) as served:
        before = shown_on_all(served, groups, hidden[0])
        with IndexWriter.open(tmp_path / "all" / "index", StaticEmbedder()) as writer:
            writer.remove([hidden[1].id])
            changed = [
                replace(hidden[0], text=f"{hidden[0].text} {visible[0].text}"),
                replace(hidden[2], groups=("renamed",)),
                *(replace(each, id=f"new {each.id}", groups=("renamed",)) for each in visible),
            ]
            assert len(list(writer.add(changed))) == len(changed)
        after = shown_on_all(served, groups, hidden[0])
        assert after == before
        assert {name: rounded(told) for name, told in before.items()} == {
            name: rounded(told) for name, told in alone.items()
        }
        assert '"index_generation":' in before["ask"]
        with IndexWriter.open(tmp_path / "all" / "index", StaticEmbedder()) as writer:
            writer.remove([visible[0].id])
        seen = shown_on_all(served, groups, hidden[0])
        assert {name for name, told in seen.items() if told != before[name]} >= {"ask", "list", "counts and filters"}
