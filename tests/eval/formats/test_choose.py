"""Each format is known by its content; encodings, empty files and what is no test set."""

import csv
import json
from pathlib import Path

import pytest

from eval.errors import FormatUnknown
from eval.formats.choose import FORMATS, format_of, read_set

ARTICLE = {"title": "T", "paragraphs": [{"context": "C c.", "qas": [{"id": 1, "question": "what?", "answers": []}]}]}
SQUAD = {"version": "1.1", "data": [ARTICLE]}
ROW = {"id": "1", "context": "C", "question": "q?", "answers": {"text": ["C"], "answer_start": [0]}}


@pytest.mark.parametrize(
    ("name", "text", "format_name"),
    [
        ("a.json", json.dumps(SQUAD), "squad"),
        ("a.json", json.dumps(SQUAD, indent=2), "squad"),
        ("a.json", json.dumps({"data": [ARTICLE, ARTICLE]})[:-30], "squad"),
        ("a.txt", json.dumps(SQUAD), "squad"),
        ("a.jsonl", json.dumps(ROW), "squad"),
        ("a.json", json.dumps([ROW], indent=1), "squad"),
        ("a.json", json.dumps([{"user_input": "what?", "reference": "x"}]), "ragas"),
        ("a.json", json.dumps([{"user_input": "what?"}], indent=1), "ragas"),
        ("a.json", json.dumps({"samples": [{"user_input": "what?"}]}), "ragas"),
        ("a.jsonl", "{broken\n" + json.dumps({"question": "what?", "ground_truth": "x"}), "ragas"),
        ("a.csv", "user_input,reference\nwhat?,x\n", "ragas"),
        ("a.csv", "question,ground_truth\nwhat?,x\n", "ragas"),
        ("a.csv", "question,__expected\nwhat?,x\n", "promptfoo"),
        ("a.csv", "question\nwhat?\n", "promptfoo"),
        ("a.txt", "question;__expected\nwhat?;x\n", "promptfoo"),
        ("a.jsonl", json.dumps({"question": "what?", "answers": ["x"]}), "jsonl"),
        ("a.jsonl", json.dumps({"turns": [{"question": "what?"}]}), "jsonl"),
        ("a.jsonl", "{broken\nand more\n", "jsonl"),
        ("a.jsonl", json.dumps({"_id": "1", "text": "what?"}), "beir"),
        ("a.xml", "<topics><topic number='1'><query>x</query></topic></topics>", "trec"),
        ("a.topics", "<top>\n<num>1<title>x</top>", "trec"),
        ("a.tsv", "1\twhat?\n", "trec"),
    ],
)
def test_a_file_is_known_by_what_it_holds(tmp_path: Path, name: str, text: str, format_name: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert format_of(file) == format_name
    assert read_set(file).format == format_name


@pytest.mark.parametrize(("name", "text"), [("a.txt", "What is this?\nNothing.\n"), ("a.json", '{"a": {"b": 1')])
def test_a_file_that_looks_like_no_set_is_refused_with_the_names_of_the_formats(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(FormatUnknown, match="jsonl or squad or beir or trec or ragas or promptfoo"):
        read_set(tmp_path / name)


def test_what_is_not_there_and_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatUnknown, match="there is no such file or folder"):
        read_set(tmp_path / "none.json")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(FormatUnknown, match=f"'squat' is no format of test sets. There are: {', '.join(FORMATS)}"):
        read_set(tmp_path / "a.json", "squat")
    with pytest.raises(FormatUnknown, match="is a folder, and squad is read from a file"):
        read_set(tmp_path, "squad")


@pytest.mark.parametrize("format_name", [None, *FORMATS])
@pytest.mark.parametrize("content", [b"", b" \n\n", bytes(range(256)) * 20, b"\xff\xfe\x00"])
def test_empty_and_binary_files_are_a_problem_in_every_format(
    tmp_path: Path, format_name: str | None, content: bytes
) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_bytes(content)
    try:
        found = read_set(file, format_name)
    except FormatUnknown:
        assert format_name is None
        return
    assert found.cases == ()
    assert found.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_set_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "set.jsonl"
    record = {"question": "où est né l’été dernier le maire de la cité ?", "answers": ["à Évry"]}
    file.write_bytes(json.dumps(record, ensure_ascii=False).encode(encoding))
    found = read_set(file)
    assert found.problems == ()
    assert (found.cases[0].turns[0].question, found.cases[0].turns[0].answers) == (record["question"], ("à Évry",))


def test_broken_bytes_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    lines = [json.dumps({"question": f"où est l'été {number} ?"}, ensure_ascii=False).encode() for number in range(20)]
    file.write_bytes(b"\n".join(lines).replace(b"7 ?", b"7 \xff?"))
    found = read_set(file)
    assert len(found.cases) == 20
    assert found.cases[7].turns[0].question == "où est l'été 7 \ufffd?"
    assert [problem.what for problem in found.problems] == ["2 of its bytes are no utf-8; U+FFFD stands for each."]


def test_a_line_nested_too_deeply_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text("[" * 100_000 + "\n" + json.dumps({"question": "what?"}))
    assert [case.id for case in read_set(file, "jsonl").cases] == ["line-2"]
    whole = tmp_path / "set.json"
    whole.write_text('{"data": ' + "[" * 100_000)
    assert len(read_set(whole, "squad").problems) == 1


def test_a_line_without_end_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 200_000)
    with pytest.raises(FormatUnknown):
        read_set(tmp_path / "a.txt")
    (tmp_path / "a.csv").write_text("x" * 400_000)
    assert read_set(tmp_path / "a.csv").cases == ()


def test_a_long_cell_is_read_and_the_limit_of_the_process_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    (tmp_path / "a.csv").write_text(f"user_input,reference_contexts\nwhat?,{'word ' * 50_000}\n")
    (case,) = read_set(tmp_path / "a.csv").cases
    assert len(case.turns[0].gold[0].context or "") == 249_999
    assert csv.field_size_limit() == before


def test_a_turn_may_not_have_the_id_of_a_question(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    records = [{"id": "t/1", "question": "what?"}, {"id": "t", "turns": [{"question": "who?"}]}]
    file.write_text("\n".join(map(json.dumps, records)))
    found = read_set(file)
    assert [case.id for case in found.cases] == ["t/1"]
    assert "Its turn 't/1' has the id of another question" in found.problems[0].what


@pytest.mark.parametrize("format_name", [None, *FORMATS])
def test_a_file_that_the_system_does_not_give_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_name: str | None
) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text("{}")

    def refused(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    for name in ("open", "read_bytes", "iterdir"):
        monkeypatch.setattr(Path, name, refused)
    found = read_set(file, format_name)
    assert found.cases == ()
    assert "This user may not read it." in [problem.what for problem in found.problems]
