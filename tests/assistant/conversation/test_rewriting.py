"""A model's rewriting of a follow-up is searched for only with the user's own words in it."""

import pytest

from assistant.conversation.rewriting import LONGEST_REWRITING, rewritten, with_own_words
from assistant.errors import LanguageModelFailed
from assistant.types import Turn
from tests.fakes import ScriptedLanguageModel

HISTORY = [Turn("What did Germany pledge to Ukraine?", "Germany will send four IRIS-T systems [1].")]


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("What did France pledge to Ukraine?", "What did France pledge to Ukraine?"),
        (' "What did France pledge to Ukraine?"\n', "What did France pledge to Ukraine?"),
        ("What did Germany pledge?", "and France? What did Germany pledge?"),
        ("And what about FRANCE?", "And what about FRANCE?"),
        ("Four IRIS-T systems.", "and France? Four IRIS-T systems."),
        ("France pledged two billion euros in 2024 through a new European fund.", None),
        ("Sure! Here is it:\nWhat did France pledge?", None),
        ("and what of it?", None),
        ("France " * 100, None),
        ("", None),
        ("\x00", None),
    ],
)
def test_what_is_searched_for_holds_the_words_of_the_question(written: str, query: str | None) -> None:
    assert with_own_words(written, "and France?", HISTORY, "en") == query


def test_accents_that_were_not_typed_are_no_other_word() -> None:
    history = [Turn("Qu'a promis l'Allemagne ?", "Quatre systèmes [1].")]
    written = "Combien de systèmes l'Allemagne a-t-elle promis ?"
    assert with_own_words(written, "combien de systemes ?", history, "fr") == written


def test_a_model_that_does_not_end_is_left_early() -> None:
    pieces = ["France "] * (LONGEST_REWRITING // len("France ") + 1)
    model = ScriptedLanguageModel([*pieces, LanguageModelFailed("somebody reads on")])
    assert rewritten(model, "and France?", HISTORY, "en") is None
