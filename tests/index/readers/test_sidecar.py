"""What stands beside a file belongs to its article, its access groups above all."""

import os
from pathlib import Path

import pytest

from index.readers import read_paths
from index.readers.again import read_again
from index.types import Article, ReadProblem


def read(folder: Path) -> list[Article | ReadProblem]:
    return list(read_paths([folder]))


def articles(folder: Path) -> dict[str, Article]:
    return {found.id: found for found in read(folder) if isinstance(found, Article)}


def test_a_text_gets_groups_title_and_date_from_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pay.txt").write_text("The salaries rise.\n")
    (tmp_path / "pay.txt.toml").write_text('title = "Salaries"\ndate = 2025-04-30\ngroups = ["staff", "board"]\n')
    (tmp_path / "open.txt").write_text("The harbour opens.\n")
    found = articles(tmp_path)
    pay = found["pay.txt"]
    assert (pay.title, pay.date, pay.groups) == ("Salaries", "2025-04-30", ("staff", "board"))
    assert found["open.txt"].groups == ()
    again = list(read_again({str(tmp_path / "pay.txt"): ["pay.txt"]}))
    assert again == [pay]


def test_it_goes_before_what_the_article_says_and_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Old\nauthor: A. Roy\ngroups: staff\n---\nThe text.\n")
    (tmp_path / "a.md.toml").write_text('title = "New"\ngroups = []\n')
    found = articles(tmp_path)["a.md"]
    assert (found.title, found.author, found.groups) == ("New", "A. Roy", ("staff",))


def test_records_keep_their_own_groups_and_get_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("id,title,text,groups\n1,One,First text.,board\n2,Two,Second text.,\n")
    (tmp_path / "all.csv.toml").write_text('title = "All"\nid = "x"\ngroups = "staff"\n')
    found = articles(tmp_path)
    assert {each.id: (each.title, each.groups) for each in found.values()} == {
        "1": ("One", ("board",)),
        "2": ("Two", ("staff",)),
    }


@pytest.mark.parametrize("text", [b"groups = [staff]", b"groups = 3", b"\xff", b"#" * 1_000_001, b"groups = [1, 2]"])
def test_an_article_whose_groups_cannot_be_read_is_not_read(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "pay.txt").write_text("The salaries rise.\n")
    (tmp_path / "pay.txt.toml").write_bytes(text)
    found = read(tmp_path)
    assert [type(each) for each in found] == [ReadProblem]
    assert "pay.txt" in str(found[0])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_one_that_may_not_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "pay.txt").write_text("The salaries rise.\n")
    (tmp_path / "pay.txt.toml").write_text('groups = ["staff"]')
    (tmp_path / "pay.txt.toml").chmod(0)
    assert [type(each) for each in read(tmp_path)] == [ReadProblem]
