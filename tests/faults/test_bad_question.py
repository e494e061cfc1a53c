"""Whatever is asked: status 2 with a message, or an answer or an abstention; a traceback never."""

import json
from pathlib import Path

import pytest

from tests.faults.commands import finished, start_command
from tests.faults.conftest import RunCommand

REFUSED = {
    "a hundred thousand characters": ("pledge? no! " * 8_333 + "why?", "100000 characters"),
    "nothing": ("", "empty"),
    "white space": (" \t\n\u00a0\u2003 ", "empty"),
    "control characters alone": ("\x01\x02\x7f\u200b", "empty"),
    "null bytes alone": ("\0\0", "empty"),
}

ODD = {
    "control characters within": "What did\x07 Germany\x1b[31m pledge?\x00",
    "lone surrogates": "What did Germany \ud83d pledge \udcff?",
    "punctuation": "?!.,;:-()[]{}",
    "a phrase operator of FTS5": '"foo" OR NEAR(',
    "a star": "*",
    "a column filter": "col: terms: germany",
    "unbalanced quotes": "\"what did 'Germany",
    "operators": "AND OR NOT + - ^ ( )",
    "a null byte": "Germany\0pledge",
    "emoji": "🇩🇪 👩‍👩‍👧 pledge 🚀?",
    "right to left": "مَاذَا تَعَهَّدَتْ أَلْمَانِيَا؟ \u202eGermany",
    "combining characters": "e" + "\u0301" * 500,
    "one word as long as may be": "x" * 2_000,
    "markup": "<script>alert(1)</script> &amp; $HOME ${x} %s {0}",
    "digits of other scripts": "١٠٠٠٠ ½ ² Ⅷ",
}


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_in_words(case: str, command: str, run: RunCommand, index: Path) -> None:
    """Status 2; the message says what is wrong and what to do."""
    question, words = REFUSED[case]
    outcome = run(command, "--index", index, question)
    assert outcome.status == 2
    assert outcome.out == ""
    assert words in outcome.err
    assert len(outcome.err) < 500


@pytest.mark.parametrize("case", ODD)
def test_an_odd_question_gets_an_answer_or_an_abstention(case: str, run: RunCommand, index: Path) -> None:
    """Every quote is verbatim, whatever was asked; the same question can be searched for."""
    question = ODD[case]
    outcome = run("ask", "--index", index, "--json", question)
    assert outcome.status == 0
    answer = json.loads(outcome.out)
    assert answer["answer"]
    assert isinstance(answer["abstained"], bool)
    found = run("search", "--index", index, "--json", question)
    assert found.status == 0
    assert isinstance(json.loads(found.out)["hits"], list)
    assert run("ask", "--index", index, question).status == 0


@pytest.mark.parametrize("case", ["control characters within", "lone surrogates", "a null byte"])
def test_what_cannot_be_shown_does_not_hide_what_can_be_answered(case: str, run: RunCommand, index: Path) -> None:
    """The question about Germany finds the article about Germany."""
    found = json.loads(run("search", "--index", index, "--json", ODD[case]).out)
    assert found["hits"][0]["article"] == "germany.txt"


@pytest.mark.parametrize("command", ["ask", "search"])
def test_bytes_that_are_no_text_are_no_traceback(command: str, tmp_path: Path, index: Path) -> None:
    """As a shell passes them on; Python makes lone surrogates of them."""
    question = b"What did Germany \xff\xfe pledge?".decode("utf-8", "surrogateescape")
    outcome = finished(start_command(tmp_path, command, "--index", index, "--json", question))
    assert outcome.status == 0
    assert "germany.txt" in outcome.out


def test_in_a_file_of_queries_the_bad_ones_are_named_and_the_rest_is_done(
    run: RunCommand, tmp_path: Path, index: Path
) -> None:
    """Status 1, and the run holds the results of the good ones."""
    queries = tmp_path / "queries.tsv"
    queries.write_text("q1\tGermany pledge\nno tab here\nq2\t" + "long " * 900 + '\nq3\t"NEAR(\n', encoding="utf-8")
    outcome = run("search", "--index", index, "--queries", queries, "--run", tmp_path / "run.trec")
    assert outcome.status == 1
    assert f"{queries}, line 2" in outcome.err
    assert "'q2'" in outcome.err
    ranked = [line.split() for line in (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()]
    assert ranked[0][:4] == ["q1", "Q0", "germany.txt", "1"]
    assert {line[0] for line in ranked} == {"q1", "q3"}
