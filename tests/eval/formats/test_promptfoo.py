"""promptfoo's CSV: variables, assertions on words, and a word about those that need a judge."""

from pathlib import Path

import pytest

from eval.cases import Check, TestSet
from eval.formats.choose import read_set


def read(folder: Path, text: str, name: str = "tests.csv") -> TestSet:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_set(file)


def test_rows_are_cases_with_their_checks(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "id,question,__expected,__expected2,__metadata:topic,language\n"
        'a,"what did the bridge, and the quay, cost?",contains: 4 million,"not-icontains-any: five, six",money,en\n'
        "b,combien ?,quatre,,,French\n",
    )
    assert (found.format, found.problems) == ("promptfoo", ())
    first, second = found.cases
    assert (first.id, first.where, first.tags) == ("a", f"{tmp_path}/tests.csv, line 2", {"topic": "money"})
    assert first.turns[0].question == "what did the bridge, and the quay, cost?"
    assert first.turns[0].checks == (
        Check("contains", ("4 million",)),
        Check("icontains-any", ("five", "six"), negated=True),
    )
    assert (first.turns[0].answerable, first.turns[0].answers) == (None, ())
    assert second.turns[0].checks == (Check("equals", ("quatre",)),)
    assert (second.turns[0].answers, second.turns[0].answerable) == (("quatre",), True)
    assert (first.turns[0].language, second.turns[0].language) == ("en", "fr")


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("equals: 30", Check("equals", ("30",))),
        ("30", Check("equals", ("30",))),
        ("Note: it is 30", Check("equals", ("Note: it is 30",))),
        ("icontains:x:y", Check("icontains", ("x:y",))),
        ("contains-all: a, b,,c", Check("contains-all", ("a", "b", "c"))),
        (r"regex: \d+ euros?", Check("regex", (r"\d+ euros?",))),
        ("not-starts-with: Sorry", Check("starts-with", ("Sorry",), negated=True)),
        ("contains: one\ntwo", Check("contains", ("one\ntwo",))),
    ],
)
def test_assertions_are_parsed_as_promptfoo_does(tmp_path: Path, written: str, check: Check) -> None:
    found = read(tmp_path, f'question,__expected\nwhat?,"{written}"\n')
    assert found.cases[0].turns[0].checks == (check,)


def test_assertions_for_a_judge_are_told_once_and_give_the_right_answer_where_they_hold_it(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "question,__expected1,__expected2\n"
        "one?,llm-rubric: is polite,similar(0.8): 4 million euros\n"
        "two?,llm-rubric: is short,javascript: output.length < 10\n",
    )
    assert [turn.answers for case in found.cases for turn in case.turns] == [("4 million euros",), ()]
    assert [turn.checks for case in found.cases for turn in case.turns] == [(), ()]
    assert [(problem.where.rpartition(", ")[2], problem.what) for problem in found.problems] == [
        (
            "line 2",
            "Here and in 1 further rows an assertion is 'llm-rubric', which needs a judge or code; they are not run.",
        ),
        (
            "line 2",
            "Here and in 0 further rows an assertion is 'similar', which needs a judge or code; "
            "the answer is compared with its text instead.",
        ),
        (
            "line 3",
            "Here and in 0 further rows an assertion is 'javascript', which needs a judge or code; they are not run.",
        ),
    ]


@pytest.mark.parametrize(
    ("header", "question"),
    [("query,topic", "what?"), ("Input,topic", "what?"), ("user_query,topic", "what?"), ("anything", "what?")],
)
def test_the_question_is_the_variable_of_that_name_or_the_only_one(tmp_path: Path, header: str, question: str) -> None:
    found = read(tmp_path, f"{header},__expected\nwhat?{',x' * header.count(',')},contains: y\n")
    assert [case.turns[0].question for case in found.cases] == [question]


def test_expected_answers_and_answerable_may_be_variables(tmp_path: Path) -> None:
    text = "question,expectedAnswer,answerable\nwhat?,Paris,\nwho?,,no\nwhy?,,\n"
    turns = [case.turns[0] for case in read(tmp_path, text).cases]
    assert [(turn.answers, turn.answerable) for turn in turns] == [(("Paris",), True), ((), False), ((), None)]


def test_broken_rows_are_told_and_the_others_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "question;__expected\n"
        "one?;contains: a\n"
        ";contains: b\n"
        "\n"
        "two?;contains: c;d\n"
        "three?;regex: (\n"
        'four?;"contains: e\n'
        'f"\n'
        'five?;"never closed\n',
    )
    assert [case.id for case in found.cases] == ["row-1", "row-3", "row-4"]
    assert [(problem.where.rpartition(", ")[2], problem.what) for problem in found.problems] == [
        ("line 3", "It has no question (the columns: question, __expected)."),
        ("line 5", "The row has 3 cells, the header 2 columns."),
        ("line 6", "Its regular expression '(' is none: missing ), unterminated subpattern at position 0."),
        ("line 9", "From this row on the table cannot be read (unexpected end of data)."),
    ]
    assert [case.turns[0].checks for case in found.cases[1:]] == [(), (Check("contains", ("e\nf",)),)]


def test_a_table_of_two_variables_without_a_question_names_the_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "topic,style,__expected\nbridge,short,contains: x\n")
    assert found.cases == ()
    assert "It has no question (the columns: topic, style, __expected)." in found.problems[0].what
