"""BEIR and TREC: queries, judgements and documents; what does not fit together is told and the rest is read."""

import json
from pathlib import Path

import pytest

from eval.cases import GoldSpan, TestSet
from eval.errors import FormatUnknown
from eval.formats.choose import read_set

CORPUS: list[dict[str, object]] = [
    {"_id": "d1", "title": "Le pont", "text": "Il ouvre en mai.", "metadata": {"url": "x"}},
    {"_id": "d2", "title": "", "text": "The quay was opened, and it cost 4 million."},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "q1", "text": "when does the bridge open?"},
    {"_id": "q2", "text": "who pays?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"


def write_lines(file: Path, records: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "bridges"
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", CORPUS)
    write_lines(folder / "queries.jsonl", QUERIES)
    (folder / "qrels" / "test.tsv").write_text(QRELS)
    return folder


def problems(found: TestSet, folder: Path) -> list[str]:
    return [f"{problem.where.removeprefix(str(folder))}: {problem.what}" for problem in found.problems]


def test_a_beir_folder_is_read_with_its_documents(beir: Path) -> None:
    found = read_set(beir)
    assert (found.name, found.format, found.problems) == ("bridges", "beir", ())
    assert [(one.id, one.title, one.text, one.language) for one in found.articles] == [
        ("d1", "Le pont", "Le pont\n\nIl ouvre en mai.", "fr"),
        ("d2", "", "The quay was opened, and it cost 4 million.", "en"),
    ]
    (case,) = found.cases  # q2 is not judged in this split
    assert (case.id, case.split, case.where) == ("q1", "test", f"{beir}/queries.jsonl, line 1")
    (turn,) = case.turns
    assert (turn.question, turn.language, turn.answerable) == ("when does the bridge open?", "en", True)
    assert turn.gold == (GoldSpan("d1", relevance=2),)
    assert turn.gold[0].whole_article


def test_the_split_is_the_one_that_is_named_or_test(beir: Path) -> None:
    (beir / "qrels" / "dev.tsv").write_text("q2\td2\t1\n")
    assert [case.id for case in read_set(beir).cases] == ["q1"]
    named = read_set(beir / "qrels" / "dev.tsv")
    assert [(case.id, case.split) for case in named.cases] == [("q2", "dev")]
    assert [case.id for case in read_set(beir / "queries.jsonl").cases] == ["q1"]
    (beir / "qrels" / "test.tsv").unlink()
    assert [case.id for case in read_set(beir).cases] == ["q2"]


def test_a_query_with_only_grades_of_0_has_no_gold_and_is_not_unanswerable(beir: Path) -> None:
    (beir / "qrels" / "test.tsv").write_text("q2\td2\t0\n")
    (case,) = read_set(beir).cases
    assert (case.turns[0].gold, case.turns[0].answerable) == ((), None)


def test_faults_of_a_beir_folder_are_told_and_the_rest_is_read(beir: Path) -> None:
    broken: list[dict[str, object]] = [{"_id": "d1", "text": "x"}, {"_id": "d3", "text": " "}, {"text": "y"}]
    write_lines(beir / "corpus.jsonl", [*CORPUS, *broken])
    with (beir / "queries.jsonl").open("a") as file:
        file.write('{"_id": "q1", "text": "again?"}\n{"_id": "q3"}\n[1]\n{"_id": "q4", \n')
    (beir / "qrels" / "test.tsv").write_text(
        QRELS + "q1\td9\t1\nq8\td1\t1\nq1\td1\t1\nq2\td2\tgood\nq2 d2\nq2\td2\t1\n"
    )
    found = read_set(beir)
    assert [case.id for case in found.cases] == ["q1", "q2"]
    assert [one.id for one in found.articles] == ["d1", "d2"]
    assert problems(found, beir) == [
        "/corpus.jsonl, line 3: A document with the id 'd1' was met before; this one is not read.",
        "/corpus.jsonl, line 4: The document 'd3' holds no text.",
        "/corpus.jsonl, line 5: It has no text in '_id' (its fields: text).",
        f"/queries.jsonl, line 3: Its id 'q1' was already met in {beir}/queries.jsonl, line 1; this query is not read.",
        "/queries.jsonl, line 4: It has no text in 'text' (its fields: _id).",
        "/queries.jsonl, line 5: The line is JSON, but not an object.",
        "/queries.jsonl, line 6: The line is not JSON: Expecting property name enclosed in double quotes.",
        "/qrels/test.tsv, line 6: 'q1' and 'd1' were judged before.",
        "/qrels/test.tsv, line 7: Its grade 'good' is no number.",
        "/qrels/test.tsv, line 8: It has 2 columns: 'q2 d2'.",
        "/qrels/test.tsv: The article 'd9', judged for the query 'q1', is not among the documents.",
        "/qrels/test.tsv: The query 'q8' is judged, and not asked.",
    ]


def test_without_judgements_all_queries_are_asked_and_it_is_told(beir: Path) -> None:
    (beir / "qrels" / "test.tsv").unlink()
    found = read_set(beir)
    assert [(case.id, case.turns[0].answerable) for case in found.cases] == [("q1", None), ("q2", None)]
    assert problems(found, beir) == ["/qrels: There are no judgements."]


def test_without_a_corpus_the_set_is_asked_of_articles_elsewhere(beir: Path) -> None:
    (beir / "corpus.jsonl").unlink()
    found = read_set(beir)
    assert (found.articles, found.problems, len(found.cases)) == ((), (), 1)


CLASSIC = """<top>
<num> Number: 301
<title> International Organized Crime

<desc> Description:
Identify organizations that participate in
international criminal activity.
<narr> Narrative: A relevant document ...
</top>

<top>
<num> Number: 302 </num>
<title>Polio &amp; vaccination</title>
</top>
"""
XML = """<?xml version="1.0"?>
<topics task="covid">
  <topic number="1"><query>coronavirus origin</query><question>what is the origin of COVID-19</question></topic>
  <topic number="2"><query>weather &lt; 10</query></topic>
</topics>
"""
TABLE = "301\twho pays for the bridge?\n302\tand the quay?\n"


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        (
            "topics.txt",
            CLASSIC,
            {"301": "International Organized Crime", "302": "Polio & vaccination"},
        ),
        ("topics.xml", XML, {"1": "what is the origin of COVID-19", "2": "weather < 10"}),
        ("topics.tsv", TABLE, {"301": "who pays for the bridge?", "302": "and the quay?"}),
    ],
)
def test_topics_in_three_forms_are_read_with_the_qrels_beside_them(
    tmp_path: Path, name: str, text: str, asked: dict[str, str]
) -> None:
    (tmp_path / name).write_text(text)
    first, second = asked
    (tmp_path / "qrels.txt").write_text(f"{first} 0 FR940104-0-00001 1\n{first} 0 a%20b%25.txt 2\n{second} 0 x%41 0\n")
    for path in (tmp_path, tmp_path / name):
        found = read_set(path)
        assert (found.format, found.problems) == ("trec", ())
        assert {case.id: case.turns[0].question for case in found.cases} == asked
        one, other = (case.turns[0] for case in found.cases)
        assert one.gold == (GoldSpan("FR940104-0-00001"), GoldSpan("a b%.txt", relevance=2))
        assert (one.answerable, other.answerable, other.gold) == (True, None, ())


def test_faults_of_topics_and_qrels_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    text = CLASSIC + "<top>\n<num> Number: 301\n<title> again\n</top>\n<top><num>303</top><top><title>no number</top>"
    (tmp_path / "topics.txt").write_text(text)
    (tmp_path / "qrels.txt").write_text("301 0 a 1\n301 0 b\n\n399 0 a 1\n")
    found = read_set(tmp_path / "topics.txt")
    assert [case.id for case in found.cases] == ["301", "302"]
    assert problems(found, tmp_path) == [
        f"/topics.txt, line 15: Its number '301' was already met in {tmp_path}/topics.txt, line 1; "
        "this topic is not read.",
        "/topics.txt, line 19: The topic has no question.",
        "/topics.txt, line 19: The topic has no number.",
        "/qrels.txt, line 2: Its grade 'b' is no number.",
        "/qrels.txt: The query '399' is judged, and not asked.",
        "/qrels.txt: 1 topics have no judgements (302); they are asked, and count in few figures.",
    ]


def test_several_qrels_are_not_guessed_between(tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_text(TABLE)
    for name in ("qrels.a", "qrels.b"):
        (tmp_path / name).write_text("301 0 a 1\n")
    found = read_set(tmp_path / "topics.tsv")
    assert [case.turns[0].gold for case in found.cases] == [(), ()]
    assert problems(found, tmp_path) == [
        ": One file of judgements (qrels) is wanted beside the topics; there are: qrels.a, qrels.b. None is used."
    ]


def test_a_folder_that_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatUnknown, match=r"neither queries\.jsonl \(BEIR\) nor topics and qrels \(TREC\)"):
        read_set(tmp_path)
