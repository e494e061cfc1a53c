"""A set is kept as it came, of one file or several, and says what of it cannot be used, by the dropped names."""

from pathlib import Path

import pytest

from eval.errors import FormatUnknown, RunMissing
from eval.stored.sets import StoredSets
from tests.gated_assistant import BROKEN, write_set

TREC = "<top>\n<num> Number: 1\n<title> quay cost\n</top>\n"


@pytest.fixture
def sets(tmp_path: Path) -> StoredSets:
    return StoredSets(tmp_path / "kept" / "sets")


def test_a_set_is_kept_once_and_read_as_it_was(sets: StoredSets, tmp_path: Path) -> None:
    file = write_set(tmp_path / "town.jsonl")
    stored, test_set = sets.take([file])
    assert stored is not None
    assert (stored.name, test_set.format, len(test_set.cases)) == ("town", "jsonl", 4)
    assert sets.take([file])[0] == sets.all()[0]
    file.write_text("gone")
    assert sets.read(sets.find(stored.id)) == test_set
    assert sorted(path.name for path in sets.folder.iterdir()) == [stored.id, f"{stored.id}.json"]


def test_what_cannot_be_read_is_told_by_the_name_that_was_dropped(sets: StoredSets, tmp_path: Path) -> None:
    stored, test_set = sets.take([write_set(tmp_path / "town.jsonl", BROKEN)])
    assert stored is not None
    assert [case.id for case in test_set.cases] == ["cost", "sunday", "tower", "ticket", "nowhere"]
    assert [problem.where for problem in test_set.problems] == ["town.jsonl, line 5", "town.jsonl, line 6"]
    assert test_set.cases[0].where == "town.jsonl, line 1"


def test_nothing_is_kept_of_a_set_without_questions(sets: StoredSets, tmp_path: Path) -> None:
    stored, test_set = sets.take([write_set(tmp_path / "empty.jsonl", ["", ""])])
    assert stored is None
    assert str(test_set.problems[0]).startswith("empty.jsonl: It is empty.")
    with pytest.raises(FormatUnknown, match=r"^odd\.txt looks like no test set"):
        sets.take([write_set(tmp_path / "odd.txt", ["just words"])])
    assert list(sets.folder.iterdir()) == []


def test_files_that_belong_together_are_one_set(sets: StoredSets, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "what does the quay cost?"}\n')
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "title": "Quay", "text": "It costs 12 millions."}\n')
    (tmp_path / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td\t1\n")
    stored, beir = sets.take([tmp_path / name for name in ("queries.jsonl", "corpus.jsonl", "test.tsv")])
    assert (beir.format, len(beir.cases), len(beir.articles), beir.problems) == ("beir", 1, 1, ())
    assert stored is not None
    assert sets.read(stored) == beir
    (tmp_path / "topics.txt").write_text(TREC)
    (tmp_path / "qrels.txt").write_text("1 0 fr/quai.md 1\n")
    _, trec = sets.take([tmp_path / "topics.txt", tmp_path / "qrels.txt"])
    assert (trec.format, len(trec.cases), trec.problems) == ("trec", 1, ())


def test_the_format_can_be_named_and_is_remembered(sets: StoredSets, tmp_path: Path) -> None:
    file = tmp_path / "odd.txt"
    file.write_text("question,__expected\nwhat does the quay cost?,contains: 12\n")
    stored, _ = sets.take([file], "promptfoo")
    assert stored is not None
    assert sets.read(sets.all()[0]).format == "promptfoo"


@pytest.mark.parametrize("name", ["../up.jsonl", ".hidden.jsonl", "a\\b.jsonl"])
def test_no_name_leads_out_of_the_folder(name: str, sets: StoredSets, tmp_path: Path) -> None:
    file = tmp_path / "drop" / name.replace("../", "")
    file.parent.mkdir()
    write_set(file)
    stored, _ = sets.take([file])
    assert stored is not None
    assert (sets.folder / stored.id / stored.path).resolve().parent == (sets.folder / stored.id).resolve()


def test_a_set_that_is_gone_or_damaged_is_not_listed(sets: StoredSets, tmp_path: Path) -> None:
    assert sets.all() == []
    stored, _ = sets.take([write_set(tmp_path / "town.jsonl")])
    assert stored is not None
    (sets.folder / f"{stored.id}.json").write_text("{")
    assert sets.all() == []
    with pytest.raises(RunMissing, match="Drop its file again"):
        sets.find(stored.id)
