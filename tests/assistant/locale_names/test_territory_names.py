"""Countries and cities are known by the names that CLDR gives them in four languages, and told from other words."""

import pytest

from assistant.locale_names.territory_names import territory, territory_keys, territory_keys_of_name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("allemagne", "DE"),
        ("polen", "PL"),
        ("estados unidos", "US"),
        ("londres", "GB"),
        ("berlin", "DE"),
        ("UK", "GB"),
        ("UE", "EU"),
        ("port-au-prince", "HT"),
    ],
)
def test_countries_and_their_cities_stand_for_the_country(name: str, code: str) -> None:
    assert territory(name) == code


@pytest.mark.parametrize("name", ["drones", "world", "monde", "pistorius", "uk", "german", "002"])
def test_other_words_stand_for_no_country(name: str) -> None:
    assert territory(name) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("Germany", "l'Allemagne"), ("the German minister", "Deutschland"), ("Kyiv", "Kiew"), ("UK", "Royaume-Uni")],
)
def test_names_of_the_same_place_have_a_key_in_common(one: str, other: str) -> None:
    assert territory_keys(one) & territory_keys(other)


def test_different_places_have_none() -> None:
    assert not territory_keys("Austria") & territory_keys("Australia")
    assert not territory_keys("us") & territory_keys("US")


def test_a_relative_of_a_known_name_stands_for_the_same_country() -> None:
    assert territory_keys_of_name("Britain") == territory_keys_of_name("British") == frozenset({"GB"})
