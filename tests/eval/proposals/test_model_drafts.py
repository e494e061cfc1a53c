"""What a language model writes is a proposal only where its answer stands in the sentence."""

import pytest

from assistant.errors import AnswerCutOff, LanguageModelFailed
from eval.proposals.drafts import DraftDropped
from eval.proposals.facts import facts_of
from eval.proposals.model_drafts import ModelDrafts
from eval.proposals.proposal import Draft
from index.types import Article
from tests.fakes import ScriptedLanguageModel

TEXT = "The ferry from Oban to Mull has cost 9 pounds since 4 May 2024."
(FACT,) = facts_of(Article("a", "The <ferry>", TEXT, "en", "2024-05-04"))


def test_the_answer_is_taken_as_the_sentence_writes_it() -> None:
    model = ScriptedLanguageModel(
        ["<think>hm</think>\nQuestion: What do I pay ", "for the boat to Mull?\nAnswer: “9 POUNDS”."]
    )
    assert ModelDrafts(model)(FACT) == Draft("What do I pay for the boat to Mull?", ("9 pounds",), "other", "model")
    ((message,),) = model.asked
    assert TEXT in message.text
    assert "The ‹ferry›, 2024-05-04" in message.text
    assert "in English" in message.text


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("What does it cost?", "the model wrote no question with an answer"),
        ("Question: What does it cost?\nAnswer:", "the model wrote no question with an answer"),
        ("Question: What?\nAnswer: 9 pounds\nI hope this helps", "the model wrote no question with an answer"),
        ("Question: What does it cost?\nAnswer: nine pounds", "the answer does not stand in the sentence"),
        ("Question: What does it cost?\nAnswer: 9 pound", "the answer does not stand in the sentence"),
        ("Question: What does it cost?\nAnswer: ...", "the answer does not stand in the sentence"),
        ("Question: Is it 9 pounds?\nAnswer: 9 pounds", "the question holds its answer"),
        (f"Question: {'Why ' * 100}?\nAnswer: 9 pounds", "the question or the answer is too long"),
    ],
)
def test_anything_else_is_dropped_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(DraftDropped, match=f"^{reason}$"):
        ModelDrafts(ScriptedLanguageModel([written]))(FACT)


def test_one_that_writes_too_much_is_dropped_and_one_that_fails_ends_it() -> None:
    with pytest.raises(DraftDropped, match="too much"):
        ModelDrafts(ScriptedLanguageModel(["Question", AnswerCutOff("It wrote too much.")]))(FACT)
    with pytest.raises(LanguageModelFailed, match="is down"):
        ModelDrafts(ScriptedLanguageModel([LanguageModelFailed("It is down.")]))(FACT)
