"""Names are found by their capitals, and known again across languages."""

from collections.abc import Sequence

import pytest

from assistant.checking.names import NamesOf, names


def unlike(word: str, others: Sequence[str]) -> list[float]:
    """Cosines of a model that knows no word but by itself."""
    return [float(word == other) for other in others]


def texts(text: str, language: str = "en") -> list[str]:
    return [name.text for name in names(text, language)]


def held(name: str, text: str) -> bool:
    return all(NamesOf(text, unlike).hold(each) for each in names(f"so {name}", "en"))


def test_words_that_stand_together_are_one_name() -> None:
    assert texts("He met Boris Pistorius and Emmanuel Macron in Paris.") == [
        "Boris Pistorius",
        "Emmanuel Macron",
        "Paris",
    ]


def test_the_first_word_of_a_sentence_is_a_name_only_perhaps() -> None:
    (found,) = names("Macron promised tanks.", "en")
    assert (found.text, found.certain) == ("Macron", False)
    assert texts("The tanks are here. However, they rust.") == []
    assert texts("L’Ukraine achète.", "fr") == ["Ukraine"]


def test_a_german_noun_is_no_name_by_its_capital_alone() -> None:
    assert texts("gestern rollten Panzer durch Polen mit NATO und IRIS-T", "de") == ["Polen", "NATO", "IRIS-T"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Germany", "l’Allemagne"),
        ("Germany", "der deutsche Minister: Deutsch"),
        ("Kyiv", "in Kiew"),
        ("Brussels", "à Bruxelles"),
        ("United States", "les États-Unis"),
        ("UK", "le Royaume-Uni"),
        ("Britain", "le gouvernement britannique"),
        ("NATO", "l’OTAN"),
        ("EU", "l’UE"),
        ("Putin", "Vladimir Poutine"),
        ("Umerov", "Minister Umjerow"),
        ("Saint Petersburg", "en San Petersburgo"),
        ("Zelensky", "Selenskyj sagte"),
    ],
)
def test_a_name_is_known_again_in_another_language(name: str, text: str) -> None:
    assert held(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Austria", "in Australia"),
        ("Macron", "Boris Pistorius in Berlin"),
        ("Boris Johnson", "Boris Pistorius"),
        ("Paris", "parmi les pays"),
        ("France", "l’Allemagne"),
        ("UN", "l’UE"),
    ],
)
def test_another_name_is_another_name(name: str, text: str) -> None:
    assert not held(name, text)
