"""Questions about the names of a passage: those who are named answer, others do not."""

import random

from index.training.reading.names_asked import with_names_asked
from index.training.reading.written import WrittenPassage, WrittenQuestion, named

PASSAGE = WrittenPassage(
    "en",
    "A ferry for {T1}",
    ("The port of {T1} buys a ferry.", "{P1} opposes it.", "It costs 4 million euros, says {P1}."),
    (
        WrittenQuestion("en", "What does {P1} oppose?", (1,)),
        WrittenQuestion("en", "How much is it?", (2,)),
        WrittenQuestion("en", "Who builds it?", ()),
    ),
)


def made(times: int = 200) -> list[WrittenQuestion]:
    generator = random.Random(3)
    return [question for _ in range(times) for question in with_names_asked(PASSAGE, generator).questions[3:]]


def test_the_written_questions_stay_as_they_are() -> None:
    assert with_names_asked(PASSAGE, random.Random(3)).questions[:3] == PASSAGE.questions


def test_what_names_somebody_answers_what_is_asked_about_them() -> None:
    asked = made()
    assert {one.answers for one in asked if "{P1}" in one.text} == {(1, 2)}
    assert {one.answers for one in asked if "{T1}" in one.text} == {(0,)}
    assert {one.language for one in asked} == {"en", "fr", "es", "de"}


def test_nothing_answers_what_is_asked_about_others() -> None:
    asked = made()
    assert {one.answers for one in asked if "9}" in one.text} == {()}
    assert WrittenQuestion("en", "What does {P9} oppose?", ()) in asked
    assert not any("How much" in one.text for one in asked)


def test_another_name_is_made_up_for_others() -> None:
    generator = random.Random(3)
    passage = WrittenPassage("en", "", PASSAGE.sentences, (WrittenQuestion("en", "What does {P9} oppose?", ()),))
    filled = named(passage, generator)
    (question,) = filled.questions
    name = question.text.removeprefix("What does ").removesuffix(" oppose?")
    assert "{" not in name
    assert not any(name in sentence for sentence in filled.sentences)
