"""The tables of a run: every stack has its place, also one that failed."""

from typing import Any

from benchmarks.whole.table import shown, tables


def record(title: str, *, ours: bool = False, problems: dict[str, str] | None = None, **found: Any) -> dict[str, Any]:
    return {
        "title": title,
        "ours": ours,
        "runtime": "ONNX Runtime" if ours else "torch",
        "versions": {"python": "3.11.7"},
        "notes": [],
        "figures": found,
        "problems": problems or {},
    }


def run(*records: dict[str, Any], shared: bool = False) -> dict[str, Any]:
    return {
        "name": "20 articles",
        "setting": {"clients": [1, 16], "shared_vectors": shared},
        "languages": ["french"],
        "stacks": {str(number): each for number, each in enumerate(records)},
    }


OURS = record("this project", ours=True, passages=71, build_seconds=20.0, query_p50_ms_hybrid=5.0, disk_mb=2.0)
PEER = record("Peer", passages=70, build_seconds=50.0, query_p50_ms_hybrid=15.0, query_p50_ms_dense=10.0, disk_mb=2.0)
BROKEN = record("Broken", problems={"build": "ModuleNotFoundError: No module named 'broken'"})


def test_each_figure_stands_beside_the_best_peer_with_its_ratio() -> None:
    lines = tables(run(OURS, PEER, BROKEN)).splitlines()
    assert lines[0] == "## 20 articles"
    assert "|  | this project | Peer | Broken | best peer | times as good |" in lines
    assert "| passages | 71 | 70 | – |  |  |" in lines
    assert "| build, s | 20.0 | 50.0 | – | Peer | 2.50 |" in lines
    assert "| query p50, ms, vectors alone | 5.0 | 10.0 | – | Peer | 2.00 |" in lines
    assert not any("cold question, whole" in line for line in lines)


def test_the_bars_say_what_was_wanted_and_whether_it_is_met() -> None:
    lines = tables(run(OURS, PEER)).splitlines()
    assert "| build | at least 1.5 | 2.50 | yes |" in lines
    assert "| hybrid query, p50 | at least 4 | 3.00 | no |" in lines
    assert "| index on disk | above 1 | 1.00 | no |" in lines
    assert "| add one article | at least 4 | – | – |" in lines


def test_a_stack_that_failed_is_told_in_its_row_and_a_wrong_answer_too() -> None:
    wrong = record("Wrong", added_is_found=False, removed_is_gone=True)
    text = tables(run(OURS, BROKEN, wrong))
    assert "| Broken | torch | python 3.11.7 | **build: ModuleNotFoundError: No module named 'broken'** |" in text
    assert "| Wrong | torch | python 3.11.7 | **an added article was not found by its own words** |" in text


def test_shared_vectors_are_told_above_the_table() -> None:
    assert "given to every stack" in tables(run(OURS, PEER, shared=True))
    assert "given to every stack" not in tables(run(OURS, PEER))


def test_numbers_are_shown_with_their_digits() -> None:
    assert [shown(1234.567, 1), shown(0.5, 3), shown(None, 1)] == ["1,234.6", "0.500", "–"]
