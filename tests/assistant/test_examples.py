"""Example questions are made from the articles at hand, one an article, and are fit to be shown."""

import string

from hypothesis import given
from hypothesis import strategies as st

from assistant.examples import LENGTH_LIMIT, example_questions
from index.types import Article


def article(text: str, language: str = "en", title: str = "News", identity: str = "a") -> Article:
    return Article(identity, title, text, language)


def test_the_name_that_an_article_repeats_is_asked_about_in_its_language() -> None:
    texts = {
        "en": "A bridge to Port Kembla opens. People of Port Kembla are glad.",
        "fr": "Un pont vers Port Kembla ouvre. Les gens de Port Kembla sont contents.",
        "es": "Un puente a Port Kembla abre. La gente de Port Kembla celebra.",
        "de": "Eine Brücke nach Port Kembla öffnet. Alle in Port Kembla sind froh.",
        "it": "Un ponte per Port Kembla apre. La gente di Port Kembla festeggia.",
    }
    questions = {code: example_questions([article(text, code)]) for code, text in texts.items()}
    assert questions == {
        "en": ["What is said about Port Kembla?"],
        "fr": ["Que sait-on sur Port Kembla ?"],
        "es": ["¿Qué se dice sobre Port Kembla?"],
        "de": ["Was wird über Port Kembla gesagt?"],
        "it": ["Port Kembla?"],
    }


def test_the_determiner_that_the_article_uses_comes_along() -> None:
    english = article("Talks with the Kremlin go on. A man from the Kremlin, they say, spoke to the Kremlin.")
    assert example_questions([english]) == ["What is said about the Kremlin?"]
    french = article("Ils aident l’Ukraine, et ils voient l’Ukraine.", "fr")
    assert example_questions([french]) == ["Que sait-on sur l’Ukraine ?"]


def test_words_that_only_begin_sentences_are_no_names() -> None:
    assert example_questions([article("Nobody came. Nobody, they say, came.\nNobody went. “Nobody” it is.")]) == []


def test_adjectives_and_common_words_are_no_names() -> None:
    adjectives = "They met Ukrainian soldiers and Ukrainian farmers and Ukrainian mayors."
    common = "They saw the Minister, and a minister, and the Minister."
    assert example_questions([article(adjectives), article(common)]) == []


def test_german_nouns_are_no_names() -> None:
    assert example_questions([article("Er kauft die Lieferung, dann kommt die Lieferung.", "de")]) == []


def test_names_that_one_article_has_go_before_names_that_all_have() -> None:
    shared = "Then Anna Berg spoke. "
    articles = [article(f"{shared}So did {name}, and again {name}.", identity=name) for name in ("Jo Lind", "Bo Falk")]
    assert example_questions(articles) == [
        "What is said about Jo Lind?",
        "What is said about Bo Falk?",
    ]


def test_only_questions_that_are_answered_are_given() -> None:
    articles = [article(f"We saw {name}, then {name}.", identity=name) for name in ("Jo Lind", "Bo Falk")]
    assert example_questions(articles, answers=lambda question: "Bo" in question) == ["What is said about Bo Falk?"]
    assert example_questions(articles, answers=lambda _: False) == []


def test_no_more_than_asked_for() -> None:
    names = [f"Town{letter} Hill{letter}" for letter in string.ascii_lowercase]
    articles = [article(f"We saw {name}, then {name}.", identity=name) for name in names]
    assert len(example_questions(articles, count=3)) == 3
    assert example_questions(articles, count=0) == []
    assert example_questions([]) == []


DIRTY = st.lists(
    st.sampled_from(
        [
            "Jo Lind",
            "“",
            "”",
            "« ",
            "<script>",
            "A" * 200,
            "l’",
            "Bo",
            ".",
            ",",
            "\n",
            "\u202e",
            "é",
            "the",
            "X Æ",
            "[1]",
            "$",
            "7",
        ]
    ),
    max_size=60,
).map(" ".join)


@given(st.lists(DIRTY | st.text(max_size=80), max_size=5), st.sampled_from(["en", "fr", "de", "und", "zh"]))
def test_dirty_text_gives_clean_questions_and_always_the_same(texts: list[str], language: str) -> None:
    articles = [article(text, language, text[:20], str(number)) for number, text in enumerate(texts)]
    questions = example_questions(articles)
    assert questions == example_questions(articles)
    assert len(questions) == len(set(questions)) <= 4
    for question in questions:
        assert len(question) <= LENGTH_LIMIT
        assert not set(question) & set('"“”«»<>[]{}$\n\t\u202e')
