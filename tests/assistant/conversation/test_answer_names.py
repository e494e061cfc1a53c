"""The names that an answer quotes are found in what it cites."""

from assistant.conversation.answer_names import names_of

ANSWER = (
    "Les articles disent :\n\n« Le paquet, a dit Boris Pistorius, vient de New York. » [1]\n\n"
    "« Ensuite Kaja Kallas et Boris Pistorius ont parlé. » [2]\n\nJohn Healey was not asked."
)


def test_names_come_in_order_and_each_once() -> None:
    assert names_of(ANSWER, set()) == ["Boris Pistorius", "Kaja Kallas"]


def test_places_and_names_that_were_said_already_are_left_out() -> None:
    assert names_of(ANSWER, {"kallas"}) == ["Boris Pistorius"]
    assert names_of("« La Grande Armée est à New York. » [1]", set()) == ["Grande Armée"]


def test_what_is_not_cited_names_nobody() -> None:
    assert names_of("It was Boris Pistorius.", set()) == []
