"""A question that goes on from earlier ones is searched for with what it leaves out, and any other as it was typed."""

import pytest

from assistant.conversation.follow_ups import MOST_CARRIED, carried_over
from assistant.types import Turn
from index.embedders.static import StaticEmbedder
from index.snapshot import LONGEST_QUERY

GERMANY = Turn("what did Germany pledge?", "The articles say:\n\n“Berlin will send four more IRIS-T systems.” [1]")
ALLEMAGNE = Turn("Qu'a promis l'Allemagne ?", "Les articles disent :\n\n« Berlin enverra quatre systèmes. » [1]")
ALEMANIA = Turn("¿Qué prometió Alemania?", "")
DEUTSCHLAND = Turn("Was hat Deutschland versprochen?", "")


@pytest.mark.parametrize(
    ("question", "language", "before", "searched_for"),
    [
        ("and France?", "en", GERMANY, "and France? pledge"),
        ("and france", "en", GERMANY, "and france pledge"),
        ("what about the United Kingdom?", "en", GERMANY, "what about the United Kingdom? pledge"),
        ("UK?", "und", GERMANY, "UK? pledge"),
        ("more than Poland?", "en", GERMANY, "more than Poland? pledge"),
        ("when?", "en", GERMANY, "when? Germany pledge"),
        ("who said that?", "en", GERMANY, "who said that? Germany pledge"),
        ("the ministers too?", "en", GERMANY, "the ministers too? Germany pledge"),
        ("is it a record?", "en", GERMANY, "is it a record? Germany pledge"),
        ("why did the minister decide this?", "en", GERMANY, "why did the minister decide this? Germany pledge"),
        ("what did the minister say?", "en", GERMANY, "what did the minister say? Germany pledge"),
        ("et la France ?", "fr", ALLEMAGNE, "et la France ? promis"),
        ("combien ?", "fr", ALLEMAGNE, "combien ? promis Allemagne"),
        ("pourquoi ?", "fr", ALLEMAGNE, "pourquoi ? promis Allemagne"),
        ("c'est pour quand ?", "fr", ALLEMAGNE, "c'est pour quand ? promis Allemagne"),
        ("quand arriveront-ils ?", "fr", ALLEMAGNE, "quand arriveront-ils ? promis Allemagne"),
        ("qui l'a annoncé ?", "fr", ALLEMAGNE, "qui l'a annoncé ? promis Allemagne"),
        ("pourquoi cette décision ?", "fr", ALLEMAGNE, "pourquoi cette décision ? promis Allemagne"),
        ("dans quel but ?", "fr", ALLEMAGNE, "dans quel but ? promis Allemagne"),
        ("¿y España?", "es", ALEMANIA, "¿y España? prometió"),
        ("¿quiere venderlos?", "es", ALEMANIA, "¿quiere venderlos? prometió Alemania"),
        ("¿cuánto cuesta?", "es", ALEMANIA, "¿cuánto cuesta? prometió Alemania"),
        ("und Polen?", "de", DEUTSCHLAND, "und Polen? versprochen"),
        ("wie viel kostet das?", "de", DEUTSCHLAND, "wie viel kostet das? Deutschland versprochen"),
        ("wann?", "de", DEUTSCHLAND, "wann? Deutschland versprochen"),
    ],
)
def test_a_question_that_leaves_something_out_gets_it_from_the_turn_before(
    question: str, language: str, before: Turn, searched_for: str
) -> None:
    assert carried_over(question, [before], language) == searched_for


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who met Putin in Moscow on Friday?", "en"),
        ("what does Kyiv say it will pay?", "en"),
        ("how much of its airtime may a radio station give to a third language?", "en"),
        ("may a shop advertise online if children could see it?", "en"),
        ("what are the systems that Ukraine wants?", "en"),
        ("Is there a meeting in Brussels this week?", "en"),
        ("and which hypersonic missiles does the Russian army fire at Ukraine?", "en"),
        ("Où Zelensky a-t-il tourné sa vidéo ?", "fr"),
        ("hegseth est-il venu à Bruxelles ?", "fr"),
        ("Est-ce que la Pologne livre des chars ?", "fr"),
        ("y a-t-il des missiles ?", "fr"),
        ("combien de missiles y a-t-il en Pologne ?", "fr"),
        ("c'est quoi la coalition des télécommunications ?", "fr"),
        ("que s'est-il passé cette semaine à Istanbul ?", "fr"),
        ("¿Qué dijo Robles a los periodistas?", "es"),
        ("Gibt es eine Koalition für Telekommunikation?", "de"),
        ("Was sagt Kallas über ihre Zusagen?", "de"),
    ],
)
def test_a_question_that_stands_alone_is_searched_for_as_it_was_typed(question: str, language: str) -> None:
    assert carried_over(question, [GERMANY, ALLEMAGNE], language) == question


def test_without_earlier_turns_nothing_is_carried_over() -> None:
    assert carried_over("and France?", [], "en") == "and France?"


def test_a_name_takes_the_place_of_the_one_that_plays_the_same_part() -> None:
    before = Turn("what will Germany send to Ukraine?", "")
    assert carried_over("and Poland?", [before], "en") == "and Poland? send Ukraine"
    assert carried_over("and to Poland?", [before], "en") == "and to Poland? Germany send"


def test_one_sort_of_money_takes_the_place_of_another() -> None:
    before = Turn("what is the package worth in pounds?", "")
    assert carried_over("how much is that in euros?", [before], "en") == "how much is that in euros? package worth"


def test_a_question_that_goes_on_from_a_follow_up_goes_on_from_what_that_was_searched_for_with() -> None:
    history = [GERMANY, Turn("and France?", "")]
    assert carried_over("when?", history, "en") == "when? France pledge"


def test_a_name_leads_back_to_the_turn_that_spoke_of_it() -> None:
    history = [Turn("what aid does Berlin give?", ""), Turn("Who met Putin on Friday?", "")]
    assert carried_over("and the shells from Germany?", history, "en") == "and the shells from Germany? aid give"


def test_a_follow_up_may_be_in_another_language_than_the_question_before() -> None:
    assert carried_over("et la France ?", [GERMANY], "fr") == "et la France ? pledge"
    assert carried_over("and France?", [ALLEMAGNE], "en") == "and France? promis"


def test_a_pronoun_brings_the_person_whom_the_answer_quotes() -> None:
    before = Turn("who announced the package?", "The articles say:\n\n“It was announced by Boris Pistorius.” [1]")
    assert carried_over("what else did he say?", [before], "en").endswith("package Boris Pistorius")
    assert carried_over("what is in it?", [before], "en") == "what is in it? announced package"


def test_names_come_from_what_an_answer_cites_and_from_nothing_else() -> None:
    before = Turn("who announced the package?", "Perhaps it was Boris Pistorius.")
    assert carried_over("what did he say?", [before], "en") == "what did he say? announced package"


def test_the_words_of_the_question_come_first_and_whole_whatever_they_are() -> None:
    for question in ("  and   FRANCE ?!", "et la “France” 🇫🇷 ?", "when\n?"):
        assert carried_over(question, [GERMANY], "und").startswith(question)


def test_a_long_earlier_question_does_not_drown_the_new_one() -> None:
    before = Turn("which " + " ".join(f"thing{number}" for number in range(40)) + " did Germany pledge?", "")
    assert len(carried_over("when?", [before], "en").split()) == 1 + MOST_CARRIED


def test_nothing_is_carried_over_that_would_make_the_question_too_long_to_be_searched_for() -> None:
    before = Turn("who is " + "x" * LONGEST_QUERY, "")
    assert carried_over("when?", [before], "en") == "when?"


def test_a_language_without_grammar_here_is_searched_for_as_typed() -> None:
    assert carried_over("e la Francia?", [GERMANY], "it") == "e la Francia?"


def test_a_short_question_goes_on_when_it_shares_a_word_with_what_was_said() -> None:
    before = Turn("what did Germany pledge?", "“Germany will send 10,000 rounds of ammunition.” [1]")
    vectors = StaticEmbedder()
    assert carried_over("how much ammunition?", [before], "en", vectors) == "how much ammunition? Germany pledge"
    assert carried_over("how many museums?", [before], "en", vectors) == "how many museums?"
    assert carried_over("how much ammunition?", [before], "en") == "how much ammunition?"


def test_the_history_is_left_as_it_is_and_the_same_history_gives_the_same_search() -> None:
    history = [GERMANY, Turn("and France?", "")]
    kept = list(history)
    first = carried_over("when?", history, "en")
    assert (first, history) == (carried_over("when?", tuple(history), "en"), kept)
