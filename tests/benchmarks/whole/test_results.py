"""The result file: what a stopped run had done stays, and another setting is not mixed in."""

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.whole.measuring import Setting
from benchmarks.whole.results import Results

SETTING = Setting(articles=20, queries=5, clients=(1, 16), repeats=3, shared_vectors=False)


def test_a_run_goes_on_with_what_was_saved(tmp_path: Path) -> None:
    first = Results(tmp_path / "out" / "whole-abc.json", "abc")
    first.run(SETTING, ["french"], {"cores": 2})["stacks"]["ours"] = {"finished": True}
    first.save()
    again = Results(tmp_path / "out" / "whole-abc.json", "abc").run(SETTING, ["french"], {"cores": 2})
    assert again["stacks"] == {"ours": {"finished": True}}
    assert json.loads((tmp_path / "out" / "whole-abc.json").read_text(encoding="utf-8"))["commit"] == "abc"


def test_sizes_and_shared_vectors_are_runs_of_their_own(tmp_path: Path) -> None:
    results = Results(tmp_path / "whole-abc.json", "abc")
    results.run(SETTING, ["french"], {})["stacks"]["ours"] = {}
    assert results.run(replace(SETTING, articles=40), ["french"], {})["stacks"] == {}
    assert results.run(replace(SETTING, shared_vectors=True), ["french"], {})["name"] == "20 articles, shared vectors"
    assert results.run(SETTING, ["french"], {})["stacks"] == {"ours": {}}


def test_another_setting_of_the_same_size_begins_anew(tmp_path: Path) -> None:
    results = Results(tmp_path / "whole-abc.json", "abc")
    results.run(SETTING, ["french"], {})["stacks"]["ours"] = {}
    assert results.run(replace(SETTING, queries=6), ["french"], {})["stacks"] == {}
