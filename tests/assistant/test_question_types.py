"""What a question asks for is told by its question words, in four languages, with and without accents."""

import pytest

from assistant.question_types import Kind, kind_of, suits


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many tanks were sent?", "quantity"),
        ("combien de chars", "quantity"),
        ("¿Cuántos tanques enviaron?", "quantity"),
        ("Wie viele Panzer?", "quantity"),
        ("when did they meet", "time"),
        ("Depuis quand est-il ministre ?", "time"),
        ("¿Cuando llegó?", "time"),
        ("Seit wann gilt das?", "time"),
        ("Who met the president?", "names"),
        ("Où s’est-il rendu ?", "names"),
        ("ou s'est-il rendu", "names"),
        ("¿Quién lo dijo?", "names"),
        ("Mit wem sprach er?", "names"),
        ("Which countries take part?", "other"),
        ("What did the minister say?", "other"),
        ("Tell me about the harbour", "other"),
        ("", "other"),
    ],
)
def test_kind_of(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "expected"),
    [
        ("quantity", "how many ships", "They bought twelve ships.", 1.0),
        ("quantity", "how many ships", "Ils ont 21 000 navires.", 1.0),
        ("quantity", "how many of the 12 ships", "The 12 ships are old.", -1.0),
        ("time", "when did it open", "It opened on a Tuesday.", 1.0),
        ("time", "quand", "La mairie a ouvert en 1998.", 1.0),
        ("time", "quand", "La mairie est ouverte.", -1.0),
        ("names", "who met Orsini", "Yesterday Orsini met Paula Lind.", 1.0),
        ("names", "who met Orsini", "Yesterday Orsini met her.", -1.0),
        ("other", "what is it", "It is a bridge.", 0.0),
    ],
)
def test_suits(kind: Kind, question: str, sentence: str, expected: float) -> None:
    assert suits(kind, question, sentence) == expected
