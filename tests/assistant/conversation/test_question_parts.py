"""The words of a question, and what grammar and CLDR tell of them."""

from assistant.conversation.question_parts import parts


def told(question: str, language: str) -> list[str]:
    return [word.text for word in parts(question, language) if not word.small]


def names(question: str, language: str) -> list[str]:
    return [word.text for word in parts(question, language) if word.name]


def test_small_words_elisions_and_pronouns_behind_their_verb_are_told_from_the_rest() -> None:
    assert told("Qu'a-t-elle promis à l'Ukraine aujourd'hui ?", "fr") == ["promis", "Ukraine"]
    assert told("what is Germany's pledge?", "en") == ["Germany", "pledge"]
    assert told("wie viele IRIS-T gibt es?", "de") == ["IRIS-T"]


def test_a_place_of_several_words_is_one_word() -> None:
    found = parts("and the united kingdom?", "en")
    assert [(word.text, word.place) for word in found if word.place] == [("united kingdom", "GB")]
    assert found[-1].after == "the"


def test_names_are_written_with_a_capital_inside_a_sentence_or_are_places() -> None:
    assert names("Did Healey go to london? Vehicles too", "en") == ["Healey", "london"]
    assert names("Schickt Pistorius die Panzer nach Polen, sagt die NATO", "de") == ["Polen", "NATO"]
