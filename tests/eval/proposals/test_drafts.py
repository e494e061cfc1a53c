"""Questions from sentences, and the same about another name."""

from random import Random

import pytest

from eval.proposals.drafts import OtherNames, draft_of
from eval.proposals.facts import Fact, facts_of
from eval.proposals.proposal import Draft
from index.types import Article


def fact_of(text: str, language: str = "en", article: str = "a") -> Fact:
    (fact,) = facts_of(Article(article, "Title", text, language))
    return fact


def drafts_of(text: str, language: str = "en") -> set[Draft]:
    """What comes of enough seeds."""
    found = {draft_of(fact_of(text, language), Random(seed)) for seed in range(60)}
    assert None not in found
    return {draft for draft in found if draft is not None}


@pytest.mark.parametrize(
    ("language", "sentence", "draft"),
    [
        (
            "en",
            "Berlin will send the army of Ukraine radar systems from May on.",
            Draft("Who will send the army of Ukraine radar systems from May on?", ("Berlin",), "who", "question"),
        ),
        (
            "fr",
            "L’Allemagne fournit à Kyiv quatre systèmes antiaériens de plus.",
            Draft(
                "Combien ? L’Allemagne fournit à Kyiv ___ systèmes antiaériens de plus.",
                ("quatre",),
                "how many",
                "blank",
            ),
        ),
        (
            "de",
            "Deutschland hat der Ukraine im letzten Jahr 400 Millionen Euro gegeben.",
            Draft(
                "Wer hat der Ukraine im letzten Jahr 400 Millionen Euro gegeben?", ("Deutschland",), "who", "question"
            ),
        ),
        (
            "en",
            "Forty people from the town of Oban came to the meeting.",
            Draft("How many people from the town of Oban came to the meeting?", ("Forty",), "how many", "question"),
        ),
        (
            "es",
            "La oficina del puerto de Cádiz abrió el 4 de mayo de 2024.",
            Draft("¿Cuándo? La oficina del puerto de Cádiz abrió el ___.", ("4 de mayo de 2024",), "when", "blank"),
        ),
        (
            "en",
            "The council of Ashby pays 12 million euros for a new library.",
            Draft(
                "How much? The council of Ashby pays ___ euros for a new library.",
                ("12 million",),
                "how many",
                "blank",
            ),
        ),
        (
            "it",
            "Roma ha inviato 40 navi nel porto di Napoli a maggio.",
            Draft("Roma ha inviato ___ navi nel porto di Napoli a maggio.", ("40",), "how many", "blank"),
        ),
    ],
)
def test_a_sentence_becomes_a_question_or_one_with_a_blank(language: str, sentence: str, draft: Draft) -> None:
    assert draft in drafts_of(sentence, language)


def test_a_sentence_without_anything_to_ask_for_gives_none() -> None:
    assert draft_of(fact_of("The council of Ashby pays for a new and larger library."), Random(0)) is None


def test_a_name_is_swapped_for_one_of_its_sort_from_another_article() -> None:
    fact = fact_of("The council has paid 12 million euros to the port of Spain.")
    (draft,) = (each for each in drafts_of(fact.told) if each.kind == "how many")
    others = OtherNames()
    assert others.swapped(draft, fact, Random(0)) is None
    others.add(fact)
    others.add(fact_of("The office of Rustem Umerov has asked for 40 ships.", article="b"))
    assert others.swapped(draft, fact, Random(0)) is None  # a person is no country
    others.add(fact_of("The army has got 40 ships from Norway.", article="c"))
    swapped = others.swapped(draft, fact, Random(0))
    assert swapped == Draft(
        "How much? The council has paid ___ euros to the port of Norway.",
        (),
        "how many",
        "blank",
        answerable=False,
        swapped="Norway",
    )


def test_a_name_that_the_article_has_itself_is_not_taken() -> None:
    fact, _ = facts_of(
        Article(
            "a",
            "Title",
            "The council has paid 12 million euros to the port of Spain. The mayor has paid 3 pounds to Norway.",
            "en",
        )
    )
    others = OtherNames()
    others.add(fact_of("The army has got 40 ships from Norway.", article="c"))
    assert others.swapped(Draft("Who paid the port of Spain?", (), "who", "question"), fact, Random(0)) is None


def test_the_article_before_a_name_must_be_the_same() -> None:
    fact = fact_of("Le conseil donne 12 millions d'euros à l’Ukraine en deux ans.", "fr")
    draft = Draft("Combien ? Le conseil donne ___ d'euros à l’Ukraine en deux ans.", (), "how many", "blank")
    others = OtherNames()
    others.add(fact_of("Le maire de Brélan a donné 40 euros au peuple du Danemark.", "fr", "b"))
    assert others.swapped(draft, fact, Random(0)) is None
    others.add(fact_of("Le maire de Brélan a donné 40 euros pour l'Italie.", "fr", "c"))
    swapped = others.swapped(draft, fact, Random(0))
    assert swapped is not None
    assert swapped.question == "Combien ? Le conseil donne ___ d'euros à l’Italie en deux ans."
