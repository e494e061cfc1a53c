"""The examples in docs/test-sets.md are read as they stand, and it names every format."""

import re
from pathlib import Path

import pytest

from eval.formats.choose import FORMATS, read_set

PAGE = (Path(__file__).parents[3] / "docs" / "test-sets.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("suffix", "text"), EXAMPLES)
def test_an_example_is_read_without_a_problem(tmp_path: Path, suffix: str, text: str) -> None:
    file = tmp_path / f"set.{suffix}"
    file.write_text(text, encoding="utf-8")
    found = read_set(file)
    assert found.problems == ()
    assert found.cases
    assert all(turn.gold or turn.checks or turn.answerable is False for case in found.cases for turn in case.turns)


def test_the_page_tells_of_every_format() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)[: len(FORMATS)] == list(FORMATS)
    assert [suffix for suffix, _ in EXAMPLES] == ["jsonl", "csv", "csv"]
