"""What a question leaves out is told by grammar."""

import pytest

from assistant.conversation.left_out import LeftOut, left_out, speaks_of_person
from assistant.conversation.question_parts import parts


@pytest.mark.parametrize(
    ("question", "language", "missing"),
    [
        ("and France?", "en", "contrast"),
        ("when?", "en", "contrast"),
        ("ok et pour la Pologne ?", "fr", "contrast"),
        ("in pounds?", "en", "contrast"),
        ("contre quels missiles ?", "fr", "contrast"),
        ("how much is that?", "en", "reference"),
        ("where are they kept?", "en", "reference"),
        ("what did the minister say?", "en", "reference"),
        ("elle veut les acheter ?", "fr", "reference"),
        ("que fait-il ?", "fr", "reference"),
        ("¿quiere comprarlos?", "es", "reference"),
        ("Wozu dient es?", "de", "reference"),
        ("how many shells?", "en", "topic"),
        ("combien d'obus ?", "fr", "topic"),
        ("Who met Putin?", "en", "nothing"),
        ("Is it true that Kyiv pays?", "en", "nothing"),
        ("qu'est-ce que la Pologne a promis ?", "fr", "nothing"),
        ("¿a qué hora abre el museo de Madrid?", "es", "nothing"),
        ("Gibt es eine neue Koalition in Brüssel?", "de", "nothing"),
    ],
)
def test_what_a_question_leaves_out(question: str, language: str, missing: LeftOut) -> None:
    assert left_out(parts(question, language), language) == missing


def test_pronouns_for_people_are_told_from_those_for_things() -> None:
    assert speaks_of_person(parts("what did he say?", "en"), "en")
    assert not speaks_of_person(parts("what does it cost?", "en"), "en")
