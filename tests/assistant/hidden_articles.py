"""A thousand articles for twenty groups, and what only each of them holds, so that a leak of any part can be told."""

import random
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from index.access import may_see
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter

GROUPS = [f"group {number}" for number in range(20)]
TOWNS = ["Ashby", "Brest", "Colmar", "Delft", "Evora", "Fulda", "Ghent", "Huesca"]
THINGS = {"bridge": "repaired", "library": "opened", "harbour": "widened", "school": "painted", "market": "moved"}
SYLLABLES = ["ba", "do", "ki", "lu", "mer", "nov", "rap", "sil", "tun", "vez"]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What stands in one article and in no other: its id, a rare name, a figure, a word that nobody uses."""

    id: str
    name: str
    figure: str
    word: str

    @classmethod
    def of(cls, number: int) -> "Secrets":
        name = "".join(SYLLABLES[int(digit)] for digit in f"{number:04}").capitalize()
        return cls(f"item{number:04}", name, str(730_000_000 + 7 * number), f"quorl{number:04}")


def generated(count: int, seed: int = 5) -> list[Article]:
    """A third of them is for everybody, the others for one to three groups. Dates and sources are told apart, too."""
    chance = random.Random(seed)
    articles = []
    for number in range(count):
        secrets, town, (thing, done) = Secrets.of(number), chance.choice(TOWNS), chance.choice(list(THINGS.items()))
        text = (
            f"The {thing} of {town} will be {done} for €{secrets.figure}, said Director {secrets.name} on Monday. "
            f"The plan is called {secrets.word}."
        )
        groups = tuple(chance.sample(GROUPS, chance.randint(1, 3))) if chance.random() > 1 / 3 else ()
        date = f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"
        url = f"https://{secrets.name.lower()}.example/{secrets.word}"
        title = f"The {thing} of {town}"
        articles.append(Article(secrets.id, title, text, "en", date, url=url, groups=groups))
    return articles


ARTICLES = generated(1_000)
BY_SECRET = {
    secret.casefold(): article for number, article in enumerate(ARTICLES) for secret in astuple(Secrets.of(number))
}


def secrets_of(article: Article) -> Secrets:
    return Secrets.of(int(article.id[-4:]))


def users(count: int = 200) -> list[frozenset[str]]:
    """The groups of each user: none to four."""
    chance = random.Random(17)
    return [frozenset(chance.sample(GROUPS, number % 5)) for number in range(count)]


def hidden_from(groups: frozenset[str]) -> list[Article]:
    return [article for article in ARTICLES if not may_see(groups, article.groups)]


def visible_to(groups: frozenset[str]) -> list[Article]:
    return [article for article in ARTICLES if may_see(groups, article.groups)]


def question_about(article: Article, chance: random.Random) -> str:
    """By the article's own words."""
    secrets, (_, thing, _, town) = secrets_of(article), article.title.split()
    return chance.choice(
        [
            f"What did Director {secrets.name} say?",
            f"Which work costs €{secrets.figure}?",
            f"When will the {thing} of {town} be {THINGS[thing]}?",
            f"What is the plan {secrets.word}?",
            f"Who is Director {secrets.name} of {town}?",
        ]
    )


def leaked(shown: str, groups: frozenset[str] | None, asked: str = "") -> list[str]:
    """Secrets in what is shown of articles that are hidden from `groups`, of None any; but for those in what was
    asked."""
    told = set(re.findall(r"\w+", shown.casefold())) - set(re.findall(r"\w+", asked.casefold()))
    found = sorted(told & BY_SECRET.keys())
    return [secret for secret in found if groups is None or not may_see(groups, BY_SECRET[secret].groups)]


@contextmanager
def assistant_over(folder: Path, articles: list[Article]) -> Iterator[Assistant]:
    """The real assistant over a real index with the small bundled model."""
    small = StaticEmbedder()
    with IndexWriter.open(folder, small) as writer:
        assert len(list(writer.add(articles))) == len(articles)
    with closing(LocalIndex.open(folder, small)) as index:
        # The calibration is that of other models: with this one, what is found is mostly to be answered from.
        yield Assistant(index, small, small, replace(load_calibration(), answer_from=0.2))
