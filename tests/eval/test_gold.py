"""Gold spans are found in an index by id and position, by id and text, or by text; what is not found is told."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from eval.cases import Case, GoldSpan, Turn
from eval.formats.choose import read_set
from eval.gold import FoundGold, GoldInIndex, find_gold
from eval.question_sets import load_questions
from index.readers import read_paths
from index.types import Article, Span

ROOT = Path(__file__).parents[2]
XQUAD = ROOT.parent / "shared" / "data" / "xquad"

BRIDGE = Article("bridge.txt", "Bridge", "The bridge opens in May. It cost 4 million euros. It is red, and it is wide.")
QUAY = Article(
    "quai.txt", "Quai", "Le quai ouvre en mai.\nIl a coûté   « 12 millions »  d’euros, dit le maire : c’est le prix."
)


class Articles:
    """Some articles; remembers whether all of them were gone through."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.by_id = {article.id: article for article in articles}
        self.gone_through = 0

    def all(self) -> Iterable[Article]:
        self.gone_through += 1
        return iter(self.by_id.values())

    def find(self, gold: Sequence[GoldSpan]) -> GoldInIndex:
        case = Case("q", (Turn("q", "What?", gold=tuple(gold)),), "set.jsonl, line 7")
        return find_gold([case], self.by_id.get, self.all)


def test_positions_and_whole_articles_are_taken_as_they_are() -> None:
    articles = Articles([BRIDGE, QUAY])
    found = articles.find([GoldSpan("bridge.txt", 25, 49), GoldSpan("quai.txt", relevance=2)])
    assert found.spans == {
        "q": (FoundGold("bridge.txt", Span(25, 49), 1, 0), FoundGold("quai.txt", None, 2, 1)),
    }
    assert (found.problems, articles.gone_through) == ((), 0)


@pytest.mark.parametrize(
    ("gold", "told"),
    [
        (GoldSpan("bridge.txt", quote="It cost 4 million euros."), "It cost 4 million euros."),
        (GoldSpan("bridge.txt", 3, 9, "It cost 4 million euros."), "It cost 4 million euros."),
        (GoldSpan("bridge.txt", quote="it cost 4  Million\neuros"), "It cost 4 million euros"),
        (GoldSpan("quai.txt", quote='coûté "12 millions" d\'euros,'), "coûté   « 12 millions »  d’euros"),
        (GoldSpan("quai.txt", quote="C'est le prix."), "c’est le prix"),
        (GoldSpan("quai.txt", quote="« 12 millions »  d’euros,"), "« 12 millions »  d’euros,"),
        (GoldSpan("old/id", quote="« 12 millions »  d’euros,"), "« 12 millions »  d’euros,"),
        (GoldSpan(quote="illion", context="It cost 4 million euros.", quote_in_context=11), "illion"),
        (GoldSpan("old/id", quote="le quai ouvre en mai"), "Le quai ouvre en mai"),
        (GoldSpan(quote="Il a coûté « 12 millions » d'euros"), "Il a coûté   « 12 millions »  d’euros"),
        (GoldSpan("old/id", 0, 4, "4 million"), "4 million"),
    ],
)
def test_text_is_found_whatever_its_case_spaces_and_quotation_marks(gold: GoldSpan, told: str) -> None:
    articles = Articles([BRIDGE, QUAY])
    found = articles.find([gold])
    assert found.problems == ()
    (one,) = found.spans["q"]
    assert one.span is not None
    assert articles.by_id[one.article].text[slice(*one.span)] == told
    assert not one.region


def test_a_context_tells_which_of_the_same_words_are_meant() -> None:
    text = "In 1990 it was built, they say. In 1990 it was closed, we say."
    articles = Articles([Article("a", "A", text), Article("b", "B", "It is of 1990.")])
    start = text.rindex("1990")
    context = "In 1990 it was built, they say. In 1990 it was closed, we say."
    for named in ("a", "elsewhere", None):
        found = articles.find([GoldSpan(named, None, None, "1990", context, start)])
        assert found.spans["q"] == (FoundGold("a", Span(start, start + 4), 1, 0),), named


def test_a_context_alone_is_a_region() -> None:
    found = Articles([BRIDGE, QUAY]).find([GoldSpan(context="It cost 4 million euros. It is red")])
    assert found.spans["q"] == (FoundGold("bridge.txt", Span(25, 59), 1, 0, region=True),)


def test_a_telling_quote_is_gold_in_every_copy_and_a_short_one_only_where_it_is_alone() -> None:
    copy = Article("copy.txt", "Copy", "Seen: " + BRIDGE.text)
    articles = Articles([BRIDGE, copy])
    found = articles.find([GoldSpan(quote="The bridge opens in May. It cost 4 million euros.")])
    assert found.spans["q"] == (
        FoundGold("bridge.txt", Span(0, 49), 1, 0),
        FoundGold("copy.txt", Span(6, 55), 1, 0),
    )
    short = articles.find([GoldSpan(quote="in May")])
    assert short.spans == {"q": ()}
    assert "'in May' stands in 2 places, and is too short" in short.problems[0].what
    assert len(Articles([BRIDGE, QUAY]).find([GoldSpan(quote="in May")]).spans["q"]) == 1


def test_what_is_not_found_is_told_with_its_place_and_the_rest_is_found() -> None:
    found = Articles([BRIDGE, QUAY]).find(
        [
            GoldSpan("bridge.txt", quote="It cost 5 million euros."),
            GoldSpan("nowhere.txt"),
            GoldSpan("bridge.txt", 50, 999),
            GoldSpan(quote="…"),
            GoldSpan("quai.txt", quote="Le quai"),
        ]
    )
    assert found.spans["q"] == (FoundGold("quai.txt", Span(0, 7), 1, 4),)
    assert [problem.where for problem in found.problems] == ["set.jsonl, line 7"] * 4
    assert {problem.what for problem in found.problems} == {
        "The gold '…' has no words to look for.",
        "The gold 'It cost 5 million euros.' stands in no article of the index (the set names 'bridge.txt').",
        "The index holds no article 'nowhere.txt'.",
        "The positions 50 to 999 are not within the article 'bridge.txt'.",
    }


def test_every_turn_is_there_with_gold_or_without() -> None:
    cases = [Case("talk", (Turn("talk/1", "What?"), Turn("talk/2", "And?", gold=(GoldSpan(quote="It is red"),))))]
    found = find_gold(cases, lambda _: None, lambda: [BRIDGE])
    assert {turn: len(spans) for turn, spans in found.spans.items()} == {"talk/1": 0, "talk/2": 1}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("黑豹队的防守只丢了 308分，在联赛中排名第六，同时也以24次拦截领先。", "在联赛中排名第六"),
        ("ทีมแพนเธอร์สเสียเพียง 308 คะแนนเท่านั้น", "เสียเพียง 308 คะแนน"),
        ("Пантеры пропустили всего 308 очков.", "всего 308 очков."),
    ],
)
def test_scripts_without_spaces_and_others_are_found(text: str, quote: str) -> None:
    found = Articles([Article("a", "A", text)]).find([GoldSpan(quote=quote)])
    start = text.index(quote)
    assert found.spans["q"] == (FoundGold("a", Span(start, start + len(quote)), 1, 0),)


def test_random_quotes_of_random_articles_are_found_where_they_were_cut() -> None:
    chance = random.Random(13)
    vocabulary = [f"word{number}" for number in range(300)]
    articles = Articles(
        Article(f"new {number}", "T", " ".join(chance.choices(vocabulary, k=chance.randint(30, 200))))
        for number in range(60)
    )
    wanted, gold = [], []
    for _ in range(1000):
        article = chance.choice(list(articles.by_id.values()))
        words = article.text.split(" ")
        first = chance.randrange(len(words) - 9)
        start = len(" ".join(words[:first])) + bool(first)
        quote = " ".join(words[first : first + chance.randint(6, 9)])
        wanted.append((article.id, Span(start, start + len(quote))))
        changed = "  ".join(chance.choice([word, word.upper()]) for word in quote.split(" "))
        gold.append(GoldSpan(f"old {article.id}", quote=f"“{changed}”"))
    found = articles.find(gold)
    assert found.problems == ()
    assert articles.gone_through == 1
    assert [(one.article, one.span) for one in found.spans["q"]] == wanted


def test_the_gold_of_our_own_set_is_found_where_it_was() -> None:
    articles = {one.id: one for one in read_paths([ROOT / "seeds"]) if isinstance(one, Article)}
    found = find_gold(read_set(ROOT / "eval" / "sets" / "seeds.jsonl").cases, articles.get, articles.values)
    assert found.problems == ()
    for question in load_questions(ROOT / "eval" / "sets" / "seeds.jsonl"):
        wanted = [(one.article, one.span(articles[one.article].text)) for one in question.gold]
        assert [(one.article, one.span) for one in found.spans[question.id]] == wanted


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_answers_are_found_in_articles_of_other_ids_that_hold_the_paragraphs(language: str) -> None:
    if not XQUAD.is_dir():
        pytest.skip("XQuAD is not beside this checkout, in ../shared/data/xquad.")
    questions = read_set(XQUAD / f"xquad.{language}.json")
    whole: dict[str, list[str]] = {}
    for article in questions.articles:
        whole.setdefault(article.title, []).append(article.text)
    # All paragraphs of a title in one article, below it: as a collection would hold them.
    joined = {
        f"wiki/{title}.md": Article(f"wiki/{title}.md", title, "\n\n".join([f"# {title}", *paragraphs]))
        for title, paragraphs in whole.items()
    }
    found = find_gold(questions.cases, joined.get, joined.values)
    assert found.problems == ()
    for case in questions.cases:
        for one in found.spans[case.id]:
            quote = case.turns[0].gold[one.number].quote
            assert one.span is not None
            assert quote is not None
            assert joined[one.article].text[slice(*one.span)] == quote
