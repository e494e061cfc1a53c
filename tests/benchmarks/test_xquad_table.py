"""The table of question language by document language asks each question in one language over another's paragraphs."""

from pathlib import Path

from benchmarks.xquad_table import Pair, crossed, languages_in, tables
from eval.cases import TestSet
from eval.runs.figures import summarise
from eval.runs.scored import scored
from tests.evaluations import right, single, wrong


def test_questions_of_one_language_keep_the_gold_of_the_other() -> None:
    asked = TestSet("en", "squad", (single("q1", "what does it cost?"), single("q9", "who?")))
    documents = TestSet("fr", "squad", (single("q1", "Combien ?", language="fr"), single("q2", "Qui ?")))
    found = crossed(asked, documents, Pair("en", "fr"))
    assert [(case.id, case.turns[0].question, case.turns[0].language) for case in found.cases] == [
        ("q1", "what does it cost?", "en")
    ]
    assert found.cases[0].turns[0].gold == documents.cases[0].turns[0].gold
    assert found.articles == ()


def test_a_row_is_a_question_language_and_a_column_a_document_language() -> None:
    good, bad = summarise(scored([right("a")])), summarise(scored([wrong("a")]))
    found = {Pair("en", "en"): good, Pair("en", "fr"): bad, Pair("fr", "fr"): good}
    assert tables(found, ["right", "checks"]) == [
        "### right",
        "",
        "| questions in | en | fr |",
        "|---|---:|---:|",
        "| **en** | 1.00 | 0.00 |",
        "| **fr** | - | 1.00 |",
        "",
    ]


def test_languages_are_told_by_the_names_of_the_files(tmp_path: Path) -> None:
    for name in ("xquad.vi.json", "xquad.ar.json", "LICENSE.txt"):
        (tmp_path / name).write_text("")
    assert languages_in(tmp_path) == ["ar", "vi"]
