"""LlamaIndex's evaluators over a scripted model: what they are shown, and what counts as a verdict."""

import pytest

from assistant.errors import LanguageModelFailed
from eval.judge.evaluators import CORRECT, FAITHFUL, RELEVANT, Material, open_evaluators
from tests.fakes import ScriptedLanguageModel

MATERIAL = Material(
    "what does the {quay} cost?",
    "It costs 12 millions.",
    ("Les travaux coûtent 12 millions d'euros.", "Le maire est venu samedi."),
    "12 million",
)


@pytest.mark.parametrize("name", [FAITHFUL, RELEVANT])
@pytest.mark.parametrize(
    ("written", "score"),
    [
        ("YES", 1.0),
        ("**Yes**, it does.", 1.0),
        ("Answer: NO", 0.0),
        ("no. It says yes to something else.", 0.0),
        ("<think>yes or no?</think>NO", 0.0),
        ("I cannot say yes here.", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_verdict_must_begin_with_yes_or_no(name: str, written: str, score: float | None) -> None:
    model = ScriptedLanguageModel([written])
    assert open_evaluators(model)[name](MATERIAL) == score
    ((message,),) = model.asked
    assert (message.role, MATERIAL.answer in message.text) == ("user", True)
    assert all(context in message.text for context in MATERIAL.contexts)
    assert (MATERIAL.question in message.text) == (name == RELEVANT)


@pytest.mark.parametrize(
    ("written", "score"),
    [
        ("5.0\nAll of it.", 1.0),
        ("4", 0.75),
        ("Score: 2.5\n", 0.375),
        ("1\n", 0.0),
        ("10", None),
        ("5.5", None),
        ("0", None),
        ("good", None),
        ("", None),
    ],
)
def test_correctness_from_1_to_5_becomes_0_to_1(written: str, score: float | None) -> None:
    model = ScriptedLanguageModel([written])
    assert open_evaluators(model)[CORRECT](MATERIAL) == score
    ((message,),) = model.asked
    assert all(part in message.text for part in (MATERIAL.question, MATERIAL.answer, "12 million\n"))


def test_a_model_that_fails_is_told_by_its_own_error() -> None:
    model = ScriptedLanguageModel([LanguageModelFailed("It is down.")])
    for evaluator in open_evaluators(model).values():
        with pytest.raises(LanguageModelFailed, match="It is down"):
            evaluator(MATERIAL)


def test_many_passages_are_shown_within_the_context_of_the_model() -> None:
    model = ScriptedLanguageModel(["YES"], context_tokens=2000, answer_tokens=100)
    long = Material("what?", "This.", tuple(f"Passage {number}. " + "word " * 200 for number in range(20)), None)
    assert open_evaluators(model)[FAITHFUL](long) == 1.0
    assert len(model.asked) > 1
    assert all(len(message.text.split()) < 2000 for (message,) in model.asked)
