"""Which sentences tell a fact by themselves, and what in them can be asked for."""

import pytest

from eval.proposals.facts import facts_of
from index.types import Article


def told(text: str, language: str = "en") -> list[str]:
    return [fact.told for fact in facts_of(Article("a", "Title", text, language))]


def blanks(text: str, language: str = "en") -> list[tuple[str, str]]:
    (fact,) = facts_of(Article("a", "Title", text, language))
    assert [fact.told[blank.span.start : blank.span.end] for blank in fact.blanks] == [b.text for b in fact.blanks]
    return [(blank.text, blank.kind) for blank in fact.blanks]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Britain will send four more radar systems to Ukraine in May."),
        ("en", "The US spent 3 billion dollars on ships in 2024."),
        ("en", "In Oban there is a ferry that leaves at six each morning."),
        ("fr", "La mairie de Kerlann paie deux bibliothécaires de plus cette année."),
        ("es", "Berlín enviará cuatro sistemas y 10.000 proyectiles a Ucrania."),
        ("de", "Deutschland gibt der Ukraine vier weitere Systeme vom Typ IRIS-T."),
        ("it", "Roma ha inviato quattro navi nel porto di Napoli a maggio."),
    ],
)
def test_a_whole_sentence_that_names_something_tells_a_fact(language: str, sentence: str) -> None:
    assert told(sentence, language) == [sentence]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Germany adds four air defence systems for Ukraine"),  # a heading
        ("en", "Will Germany send four more radar systems to Ukraine?"),
        ("en", "It will send four more radar systems to Ukraine in May."),
        ("en", "He said that Germany would send four more systems to Ukraine."),
        ("en", "But Germany will send four more radar systems to Ukraine."),
        ("en", "We will send four more radar systems to Ukraine in May."),
        ("en", "Germany has sent these four systems to the army of Ukraine."),
        ("en", "Four systems."),
        ("en", "The price of bread went up by four per cent last year."),  # of what, and where?
        ("en", "sent four more radar systems to Ukraine in the month of May."),
        ("en", "Germany (with France will send four more radar systems to Ukraine."),
        ("en", "Read more on www.example.org about the four systems in Ukraine."),
        ("fr", "Les alliés de Kyiv y voient la preuve de quatre années d'aide."),
        ("fr", "Boris Pistorius l’a annoncée vendredi à Bruxelles devant quatre ministres."),
        ("fr", "Ils donneront quatre systèmes de plus à l’Ukraine en mai."),
        ("es", "Esto dará cuatro sistemas más a Ucrania en el mes de mayo."),
        ("de", "Damit bekommt die Ukraine vier weitere Systeme vom Typ IRIS-T."),
    ],
)
def test_what_points_elsewhere_or_is_no_sentence_does_not(language: str, sentence: str) -> None:
    assert told(sentence, language) == []


def test_positions_are_those_of_the_article_and_a_folded_line_is_told_as_one() -> None:
    text = "News\n\nThe council of Ashby pays for two more librarians in the new\nlibrary of Marlow Street.\n"
    (fact,) = facts_of(Article("a", "News", text, "en"))
    assert text[fact.span.start : fact.span.end] == fact.quote
    assert fact.quote.startswith("The council")
    assert fact.told == fact.quote.replace("\n", " ")
    assert fact.names == ("Marlow Street",)  # after "Ashby" stands an ordinary word, of which it might tell something


def test_dates_numbers_and_names_can_be_asked_for_where_another_name_is_left() -> None:
    assert blanks("The port of Oban has spent 3,000 pounds on 4 May 2024 for Mull.") == [
        ("Oban", "who"),
        ("3,000", "how many"),
        ("4 May 2024", "when"),
        ("Mull", "who"),
    ]
    assert blanks("The new bridge over the river at Oban opened in 1998.") == [("1998", "when")]


def test_what_stands_twice_and_what_tells_of_the_next_word_cannot() -> None:
    assert blanks("In Oban the Ukrainian soldiers met 40 people from Mull and Oban.") == [
        ("40", "how many"),
        ("Mull", "who"),
    ]
