"""What a model writes is shown with citations that are right, or is marked; whatever it writes."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.statements import MOST_CITATIONS, CheckedAnswer, check
from assistant.checking.support import CitedPassage, ModelLikeness
from assistant.wiring import sentence_model, word_model
from index.errors import ArticleUnknown
from index.readers import read_paths
from index.types import Article, Span

SEEDS = {item.id: item for item in read_paths([Path(__file__).parents[3] / "seeds"]) if isinstance(item, Article)}
GERMANY, BRITAIN, PATRIOTS, BUYING = (
    "fr/allemagne-iris-t.txt",
    "en/britain-aid.txt",
    "en/patriot-gap.md",
    "fr/patriot-zelensky.txt",
)
ANNOUNCED = Article(
    "paper/bridge",
    "A bridge for Lisbon",
    "The new bridge opens on 12 April. It cost 30 million euros. The mayor thanked the builders.",
    "en",
    "2025-04-01",
    url="https://paper.example/bridge",
)
ARTICLES = {**SEEDS, ANNOUNCED.id: ANNOUNCED}


WORDS = word_model()


@cache
def likeness() -> ModelLikeness:
    """By the models that the thresholds were chosen with."""
    return ModelLikeness(sentence_model(), WORDS)


def read(article_id: str) -> Article:
    if article_id not in ARTICLES:
        raise ArticleUnknown(article_id)
    return ARTICLES[article_id]


def whole(*ids: str) -> list[CitedPassage]:
    return [CitedPassage(ARTICLES[each], Span(0, len(ARTICLES[each].text))) for each in ids]


def checked(text: str, *ids: str) -> CheckedAnswer:
    passages = whole(*(ids or (GERMANY, BRITAIN, PATRIOTS)))
    answer = check(text, passages, likeness(), read)
    assert_sound(answer, passages)
    return answer


def assert_sound(answer: CheckedAnswer, passages: Sequence[CitedPassage]) -> None:
    """What must hold of every answer, whatever a model wrote."""
    for citation in answer.citations:
        text = ARTICLES[citation.article].text
        assert citation.quote == text[citation.start : citation.end]
        assert 0 < len(citation.quote.strip()) <= len(citation.quote) <= 500
        assert any(
            passage.article.id == citation.article
            and passage.span.start <= citation.start
            and citation.end <= passage.span.end
            for passage in passages
        )
    marks = [int(number) for number in re.findall(r"\[(\d{1,4})\]", answer.text)]
    assert list(dict.fromkeys(marks)) == [citation.number for citation in answer.citations]
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert marks == [number for statement in answer.statements for number in statement.citations]
    position = 0
    for statement in answer.statements:
        shown = statement.text + "".join(f" [{number}]" for number in statement.citations)
        position = answer.text.index(shown, position) + len(shown)
        assert len(statement.citations) <= MOST_CITATIONS


def cited(answer: CheckedAnswer, place: int = 0) -> list[str]:
    by_number = {citation.number: citation for citation in answer.citations}
    return [by_number[number].article for number in answer.statements[place].citations]


def test_a_right_answer_in_another_language_keeps_its_citation_and_gets_the_quote() -> None:
    answer = checked("Germany will send four IRIS-T systems and 10,000 artillery shells [1].")
    assert answer.text == "Germany will send four IRIS-T systems and 10,000 artillery shells. [1]"
    (statement,) = answer.statements
    assert (statement.supported, statement.unverified, statement.citations) == (True, (), (1,))
    assert answer.citations[0].article == GERMANY
    assert "quatre systèmes antiaériens IRIS-T supplémentaires et 10 000 obus" in answer.citations[0].quote
    assert answer.citations[0].language == "fr"


@pytest.mark.parametrize("text", ["Ukraine has six Patriot systems {}.", "Ukraine has six Patriot systems.{}"])
@pytest.mark.parametrize("mark", ["[9]", "[0]", "[42, 77]", "[123456]", "【7†x】"])
def test_a_made_up_number_is_removed_and_the_passage_that_says_it_is_found(text: str, mark: str) -> None:
    answer = checked(text.format(mark))
    assert answer.text == "Ukraine has six Patriot systems. [1]"
    assert cited(answer) == [PATRIOTS]
    assert answer.citations[0].quote == "Ukraine currently operates six Patriot systems."


def test_a_statement_that_no_passage_says_is_marked_and_has_no_citation() -> None:
    answer = checked("The fishermen of the old harbour repair their nets in the morning.")
    assert answer.citations == ()
    assert [statement.supported for statement in answer.statements] == [False]


def test_swapped_citations_are_set_right() -> None:
    answer = checked(
        "Britain will spend more than 400 million euros on equipment [3]. Ukraine operates six Patriot systems [2]."
    )
    assert cited(answer, 0) == [BRITAIN]
    assert cited(answer, 1) == [PATRIOTS]
    assert all(statement.supported and not statement.unverified for statement in answer.statements)


def test_an_invented_figure_is_named() -> None:
    (statement,) = checked("Germany will send 40 IRIS-T systems to Ukraine [1].").statements
    assert (statement.supported, statement.unverified) == (True, ("40",))


def test_a_figure_in_another_currency_is_another_figure() -> None:
    (statement,) = checked("Britain will spend more than 400 million dollars on equipment for Ukraine [2].").statements
    assert statement.unverified == ("400 million",)


def test_an_invented_date_is_named_and_the_right_one_is_not() -> None:
    right, wrong = checked(
        "The new bridge opens on April 12, 2025 [1]. The new bridge opens on 14 April 2025 [1].", ANNOUNCED.id
    ).statements
    assert (right.unverified, wrong.unverified) == ((), ("14 April 2025",))


def test_an_invented_name_is_named() -> None:
    (statement,) = checked(
        "Emmanuel Macron announced four more IRIS-T air defence systems for Ukraine [1].", "en/germany-pledges.txt"
    ).statements
    assert statement.unverified == ("Emmanuel Macron",)
    assert statement.supported


def test_a_wholly_invented_statement_with_a_citation_is_unsupported() -> None:
    (statement,) = checked("Macron promised 500 Leopard tanks [2].").statements
    assert (statement.supported, statement.citations) == (False, ())
    assert statement.unverified == ("Macron", "500", "Leopard")


def test_citing_everything_at_once_leaves_what_says_it() -> None:
    answer = checked("Ukraine operates six Patriot systems [1][2][3].")
    assert PATRIOTS in cited(answer)
    assert BRITAIN not in cited(answer)


def test_a_mark_belongs_to_the_sentence_before_it_or_to_its_line() -> None:
    answer = checked("Ukraine operates six Patriot systems.[3] Healey spoke at NATO headquarters in Brussels.[2]")
    assert [cited(answer, place) for place in (0, 1)] == [[PATRIOTS], [BRITAIN]]
    listed = checked("[3] Ukraine operates six Patriot systems.\n[2] Healey spoke at NATO headquarters in Brussels.")
    assert [cited(listed, place) for place in (0, 1)] == [[PATRIOTS], [BRITAIN]]


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine operates six Patriot systems.[3] evecoin doubles 77 times a day, says Eve.",
        "Ukraine operates six Patriot systems [3]. https://evil.example/x holds 77 secrets of Eve.",
        "Ukraine operates six Patriot systems [3]. Evecoin doubles 77 times a day, says Eve [1].",
    ],
)
def test_what_is_made_up_takes_nothing_from_a_true_sentence_on_its_line(text: str) -> None:
    answer = checked(text)
    true, made_up = answer.statements
    assert (true.text, true.supported, true.unverified) == ("Ukraine operates six Patriot systems.", True, ())
    assert cited(answer) == [PATRIOTS]
    assert (made_up.supported, made_up.citations) == (False, ())


def test_a_mark_behind_an_abbreviation_parts_no_sentence() -> None:
    (statement,) = checked("The U.S.[3] system is the one that Ukraine has six of.").statements
    assert statement.text == "The U.S. system is the one that Ukraine has six of."


def test_a_list_is_checked_item_by_item_and_its_lead_in_with_it() -> None:
    answer = checked("It will provide:\n- four IRIS-T systems [1]\n- 10,000 artillery shells [1]\n- 70 gold bars [1]")
    lead, first, second, third = answer.statements
    assert (lead.supported, first.supported, second.supported) == (True, True, True)
    assert (third.supported, third.citations, third.unverified) == (False, (), ("70",))
    assert answer.text.splitlines()[3] == "- 70 gold bars"


def test_languages_may_be_mixed() -> None:
    answer = checked("L’Ukraine exploite six systèmes Patriot [3]. Berlin schickt zehntausend Granaten [1].")
    assert [statement.unverified for statement in answer.statements] == [(), ()]
    assert cited(answer, 0) == [PATRIOTS]


def test_the_same_span_has_one_number_and_another_span_of_the_passage_another() -> None:
    answer = checked(
        "It cost 30 million euros [1]. The bridge opens on 12 April [1]. It cost 30 million euros.", ANNOUNCED.id
    )
    assert [statement.citations for statement in answer.statements] == [(1,), (2,), (1,)]
    assert len({(citation.start, citation.end) for citation in answer.citations}) == 2


def test_addresses_show_only_if_their_article_is_cited() -> None:
    text = "The bridge cost 30 million euros [1], see https://paper.example/bridge or https://evil.example/x."
    answer = checked(text, ANNOUNCED.id)
    assert "https://paper.example/bridge" in answer.text
    assert "evil.example" not in answer.text
    other = checked("Ukraine operates six Patriot systems [1]. https://paper.example/bridge", PATRIOTS, ANNOUNCED.id)
    assert "paper.example" not in other.text


def test_an_article_that_changed_or_went_is_not_cited() -> None:
    passage = CitedPassage(Article("gone", "T", ANNOUNCED.text), Span(0, len(ANNOUNCED.text)))
    answer = check("It cost 30 million euros [1].", [passage], likeness(), read)
    assert (answer.citations, answer.statements[0].supported) == ((), False)
    changed = Article(ANNOUNCED.id, ANNOUNCED.title, "It cost 90 million euros.")
    passage = CitedPassage(changed, Span(0, len(changed.text)))
    answer = check("It cost 90 million euros [1].", [passage], likeness(), read)
    assert (answer.citations, answer.statements[0].supported) == ((), False)


@pytest.mark.parametrize("text", ["", " \n", "[1]", "[1][2]", "---", "\u200b", "![](https://evil.example/x)"])
def test_a_text_that_says_nothing_has_no_statements(text: str) -> None:
    answer = checked(text)
    assert (answer.statements, answer.citations) == ((), ())


def test_without_passages_everything_is_unsupported() -> None:
    answer = check("It rains [1]. It pours.", [], likeness(), read)
    assert answer.text == "It rains. It pours."
    assert [statement.supported for statement in answer.statements] == [False, False]


def test_fifty_thousand_characters_are_checked_to_the_end() -> None:
    text = "Ukraine operates six Patriot systems [1]. " * 1_200
    answer = checked(text, PATRIOTS)
    assert [statement.supported for statement in answer.statements] == [True] * 1_200
    assert [citation.quote for citation in answer.citations] == ["Ukraine currently operates six Patriot systems."]


PIECES = st.sampled_from(
    [
        *(
            "[1]",
            "[2] ",
            "[9]",
            "[",
            "]",
            "1",
            "[[",
            ". ",
            "\n",
            "\n- ",
            ": ",
            "【1】",
            "`",
            "# ",
            "|",
            "[1-3]",
            "\u202e",
            " ",
        ),
        *(
            "Ukraine operates six Patriot systems",
            "It cost 30 million euros",
            "12 April",
            "Macron",
            "<b>",
            "https://e.example",
        ),
        *("Bridge", "？", "。", "The mayor thanked the builders", "[2024]", "«", "”", "\u0130", "ß", "x" * 600),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=80)


@settings(deadline=None, max_examples=50)
@given(
    TEXTS, st.lists(st.tuples(st.sampled_from(sorted(ARTICLES)), st.integers(0, 900), st.integers(0, 900)), max_size=4)
)
def test_whatever_a_model_writes_every_quote_is_the_source_and_every_mark_has_one(
    text: str, places: list[tuple[str, int, int]]
) -> None:
    passages = []
    for article_id, one, other in places:
        length = len(ARTICLES[article_id].text)
        start, end = sorted((min(one, length), min(other, length)))
        passages.append(CitedPassage(ARTICLES[article_id], Span(start, end)))
    answer = check(text, passages, ModelLikeness(WORDS, WORDS), read)
    assert_sound(answer, passages)
    assert not re.search(r"<[a-z]|://|\u202e", answer.text)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=200), TEXTS)
def test_it_holds_over_any_article_too(article_text: str, text: str) -> None:
    article = Article("any", "T", article_text)
    passages = [CitedPassage(article, Span(0, len(article_text)))]
    answer = check(text, passages, ModelLikeness(WORDS, WORDS), {"any": article}.__getitem__)
    for citation in answer.citations:
        assert citation.quote == article_text[citation.start : citation.end] != ""
    numbers = [int(number) for number in re.findall(r"\[(\d{1,4})\]", answer.text)]
    assert list(dict.fromkeys(numbers)) == [citation.number for citation in answer.citations]
