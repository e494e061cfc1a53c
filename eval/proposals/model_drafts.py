"""Questions from sentences by a language model, and the check that its answers stand in them."""

import re
import secrets
from dataclasses import dataclass

from assistant.errors import AnswerCutOff
from assistant.language_models.generation import as_material, language_name, without_thinking
from assistant.prompts import fill_prompt
from assistant.types import LanguageModel, Message
from eval.proposals.drafts import DraftDropped
from eval.proposals.facts import Fact
from eval.proposals.proposal import Draft
from eval.text_finding import occurrences, words_of

LONGEST_QUESTION = 300
LONGEST_ANSWER_WORDS = 15

_LINES = re.compile(r"\AQuestion:[ \t]*(?P<question>\S[^\n]*)\n+Answer:[ \t]*(?P<answer>\S[^\n]*)\Z")
_QUOTATION_MARKS = '"“”«» '


@dataclass(frozen=True, slots=True)
class ModelDrafts:
    """A `DraftMaker` over a language model. Raises LanguageModelFailed where its server gives no answer."""

    model: LanguageModel

    def __call__(self, fact: Fact) -> Draft:
        try:
            written = "".join(without_thinking(self.model.stream((_prompt(fact),))))
        except AnswerCutOff as error:
            raise DraftDropped("the model wrote too much") from error
        return checked_draft(written, fact)


def _prompt(fact: Fact) -> Message:
    about = ", ".join(as_material(part) for part in (fact.article.title, fact.article.date or "") if part)
    text = fill_prompt(
        "propose_question",
        language=language_name(fact.article.language),
        marker=secrets.token_hex(8),
        about=about,
        sentence=as_material(fact.told),
    )
    return Message("user", text)


def checked_draft(written: str, fact: Fact) -> Draft:
    """The draft that a model wrote. Raises DraftDropped where it kept to no form, where its answer does not stand word
    for word in the sentence, and where its question gives the answer away."""
    found = _LINES.match(written.strip())
    if found is None:
        raise DraftDropped("the model wrote no question with an answer")
    question = " ".join(found["question"].split())
    answer = words_of(found["answer"].strip(_QUOTATION_MARKS))
    told = words_of(fact.told)
    place = next(occurrences(told, answer.folded), None)
    if place is None:
        raise DraftDropped("the answer does not stand in the sentence")
    if len(question) > LONGEST_QUESTION or len(answer.folded) > LONGEST_ANSWER_WORDS:
        raise DraftDropped("the question or the answer is too long")
    if next(occurrences(words_of(question), answer.folded), None) is not None:
        raise DraftDropped("the question holds its answer")
    start, end = told.spans[place].start, told.spans[place + len(answer.folded) - 1].end
    return Draft(question, (fact.told[start:end],), "other", "model")
