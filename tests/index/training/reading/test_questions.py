"""A question asks for what was taken out of the sentence, with words that the sentence has."""

import random

from index.training.reading.facts import Fact, facts
from index.training.reading.questions import asking_words, tells, typed, words_asked

TEXT = "The council bought three buses on Monday."


def test_a_question_never_holds_its_answer() -> None:
    for fact in facts(TEXT, "en"):
        answer = TEXT[fact.span.start : fact.span.end]
        made = [words for seed in range(60) if (words := words_asked(TEXT, fact, "en", random.Random(seed)))]
        assert len(made) > 40
        for words in made:
            assert answer not in " ".join(words)
            assert any(word in TEXT for word in words[1:] if tells(word, "en"))


def test_what_is_counted_follows_how_many() -> None:
    number = next(fact for fact in facts(TEXT, "en") if fact.kind == "number")
    made = [words for seed in range(40) if (words := words_asked(TEXT, number, "en", random.Random(seed)))]
    assert len(made) > 20
    for words in made:
        assert words[0] in ("how many", "how much", "what number of")
        assert words[1] in ("buses", "on", "Monday")


def test_nothing_is_asked_where_no_word_of_the_topic_is_left() -> None:
    text = "He was in Lisbon."
    place = Fact("place", facts(text, "en")[0].span)
    assert words_asked(text, place, "en", random.Random(1)) is None


def test_questions_are_typed_in_many_ways() -> None:
    forms = {typed(["où", "dort", "Élise"], random.Random(seed)) for seed in range(60)}
    assert {"Où dort Élise?", "ou dort elise"} <= forms
    assert all(form.lower().startswith(("où dort", "ou dort")) for form in forms)


def test_every_language_asks_for_every_kind() -> None:
    for language in ("en", "fr", "es", "de"):
        for kind in ("number", "time", "name", "place", "reason", "thing"):
            assert asking_words(kind, language, random.Random(3))
