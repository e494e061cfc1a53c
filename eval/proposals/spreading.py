"""Facts of a whole collection in an order in which the first few are already spread over it: over its languages, the
months of its articles, and the articles."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import TypeVar

from eval.proposals.facts import Fact, facts_of
from index.article_list import ListedArticle
from index.near_copies import distinct
from index.types import Article

Item = TypeVar("Item")


def spread_facts(
    listed: Iterable[ListedArticle], seed: int, article: Callable[[str], Article | None]
) -> Iterator[Fact]:
    """Each fact once, near-copies of earlier ones left out: first one of each article, then a second one of each, ...

    The same articles and the same seed give the same order, whatever the order of `listed`. One article is in memory at
    a time.
    """
    order = spread_articles(listed, seed)
    return distinct(_in_rounds(order, seed, article), lambda fact: fact.told)


def spread_articles(listed: Iterable[ListedArticle], seed: int) -> list[str]:
    """The ids of the articles, the languages in turn, and in each language the months in turn."""
    random = Random(f"articles {seed}")
    by_language: dict[str, dict[str, list[str]]] = {}
    for each in sorted(listed, key=lambda each: each.id):
        by_language.setdefault(each.language, {}).setdefault((each.date or "")[:7], []).append(each.id)
    languages = []
    for language in sorted(by_language):
        months = [_shuffled(ids, random) for _, ids in sorted(by_language[language].items())]
        languages.append(_in_turn(_shuffled(months, random)))
    return _in_turn(_shuffled(languages, random))


def _in_rounds(order: Sequence[str], seed: int, article: Callable[[str], Article | None]) -> Iterator[Fact]:
    left = list(order)
    number = 0
    while left:
        more = []
        for article_id in left:
            read = article(article_id)
            facts = facts_of(read) if read is not None else []
            if number < len(facts):
                more.append(article_id)
                yield _shuffled(facts, Random(f"facts {seed} {article_id}"))[number]
        left = more
        number += 1


def _shuffled(items: Iterable[Item], random: Random) -> list[Item]:
    shuffled = list(items)
    random.shuffle(shuffled)
    return shuffled


def _in_turn(lists: Sequence[Sequence[Item]]) -> list[Item]:
    """The first of each, then the second of each, and so on."""
    longest = max(map(len, lists), default=0)
    return [one[place] for place in range(longest) for one in lists if place < len(one)]
