"""Costs out of the results of `benchmarks.index_scale`."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cost_chart import draw, read_all, table


def _result(passages: int, embedder: str = "fast", **others: Any) -> dict[str, Any]:
    return {
        "embedder": embedder,
        "passages": passages,
        "build": {"processor_seconds": 36.0 * passages / 10_000},
        "search_ms": {"english": {"p50": 8.0}, "french": {"p50": 10.0}},
        "index_mb": 2.0 * passages / 1_000,
        "search_peak_mb": 300,
    } | others


def _write(folder: Path, *results: dict[str, Any]) -> list[Path]:
    files = []
    for place, result in enumerate(results):
        files.append(folder / f"{place}.json")
        files[-1].write_text(json.dumps(result), encoding="utf-8")
    return files


def test_prices_follow_from_processor_time_and_bytes(tmp_path: Path) -> None:
    [cost] = read_all(_write(tmp_path, _result(10_000)))
    assert cost.search_ms == 9.0
    # 9 ms, a million times, are 2.5 hours of a core; 36 s for 10,000 passages are one hour for a million
    assert cost.of_a_million_questions(0.04) == pytest.approx(0.1)
    assert cost.of_building(0.04) == pytest.approx(0.04)
    assert cost.of_keeping(0.10) == pytest.approx(0.2)


def test_sizes_are_ordered_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    files = _write(tmp_path, _result(100_000), _result(1_000), _result(10_000))
    assert [cost.passages for cost in read_all(files)] == [1_000, 10_000, 100_000]
    assert [line.split("|")[1].strip() for line in table(read_all(files), 0.04, 0.1)[2:]] == [
        "1,000",
        "10,000",
        "100,000",
    ]


def test_results_of_two_embedders_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="different embedders"):
        read_all(_write(tmp_path, _result(1_000), _result(10_000, "default")))


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"embedder": "fast"}', '{"embedder": "fast", "passages": 0}'])
def test_another_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.json is no result"):
        read_all([tmp_path / "other.json"])


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    draw(read_all(_write(tmp_path, _result(1_000), _result(100_000))), 0.04, tmp_path / "costs" / "cost.svg")
    drawn = (tmp_path / "costs" / "cost.svg").read_text("utf-8")
    assert drawn.lstrip().startswith("<?xml")
    assert drawn.rstrip().endswith("</svg>")
