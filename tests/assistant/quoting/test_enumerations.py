"""Lists in sentences, and questions that ask for one."""

import pytest

from assistant.quoting.enumerations import asks_for_list, enumerations, holds_list


def lists(text: str) -> list[str]:
    return [text[span.start : span.end] for span in enumerations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It includes France, Italy and Norway.", ["France, Italy and Norway."]),
        ("It includes France, Italy, and Norway, which is new.", ["France, Italy, and Norway"]),
        ("Huit pays en font partie : Allemagne, Danemark, France.", ["Allemagne, Danemark, France."]),
        ("Neben Bonn machen Köln, Trier, Mainz und Ulm mit.", ["Köln, Trier, Mainz und Ulm mit."]),
        ("Comprará radares, minas contra carros y drones.", ["radares, minas contra carros y drones."]),
        (
            "France, Italy and Norway are part of the coalition.",
            ["France, Italy and Norway are part of the coalition."],
        ),
        ("Des radars, des mines et des drones arrivent.", ["radars, des mines et des drones arrivent."]),
        ("On Friday, France and Italy signed.", []),
        ("D’après l’agence, la France et l’Italie signent.", []),
        ("It rained, and nobody came.", []),
        ("It rained, she said.", []),
        ("", []),
    ],
)
def test_lists_are_found_without_what_leads_them_in(text: str, found: list[str]) -> None:
    assert lists(text) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It includes France, Italy, the Czech Republic and Norway."),
        ("fr", "Londres achète des radars, des mines et des drones."),
        ("fr", "L’achat de radars, de mines et de drones."),
    ],
)
def test_things_are_listed(language: str, text: str) -> None:
    assert holds_list(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Russia claims to want peace, in his words, yet drags its feet and keeps attacking."),
        ("en", "It rained."),
        (
            "fr",
            "Jamais, a dit la ministre, le soutien à Kyiv et la détermination face à la Russie n’ont été plus forts.",
        ),
        ("de", "Sie hilft, damit sie sich schützen und den Gegner stören kann."),
    ],
)
def test_clauses_are_no_list(language: str, text: str) -> None:
    assert not holds_list(text, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "which countries are in the coalition?"),
        ("en", "what weapons does Germany supply"),
        ("en", "which people came?"),
        ("fr", "Quels pays se joignent à la coalition ?"),
        ("fr", "quelles armes"),
        ("es", "¿Cuáles son los países?"),
        ("es", "¿Qué países participan?"),
        ("de", "Welche Länder gehören zum Bündnis?"),
        ("de", "Welche Waffen liefert Deutschland?"),
    ],
)
def test_several_things_are_asked_for(language: str, question: str) -> None:
    assert asks_for_list(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "what does Germany pledge?"),
        ("en", "what was the status of the bridge?"),
        ("en", "which country left the coalition?"),
        ("en", "what is his view"),
        ("fr", "Quel pays a promis de l'aide ?"),
        ("es", "¿Qué es la coalición?"),
        ("de", "Welche Stadt liegt am Fluss?"),
        ("pt", "quais países participam?"),
    ],
)
def test_one_thing_is_asked_for(language: str, question: str) -> None:
    assert not asks_for_list(question, language)
