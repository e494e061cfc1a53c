"""The result file: written after each stack, so that a run that was stopped goes on with the rest."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.whole.measuring import Setting

Run = dict[str, Any]
"""One collection's `name`, `setting`, `languages` and `machine`, and its `stacks`, each a record."""


class Results:
    """One file a commit, with one run for each size, and for shared vectors apart."""

    def __init__(self, file: Path, commit: str) -> None:
        self.file = file
        self._content: dict[str, Any] = {"commit": commit, "runs": {}}
        if file.is_file():
            self._content = json.loads(file.read_text(encoding="utf-8"))

    def run(self, setting: Setting, languages: list[str], machine: dict[str, Any]) -> Run:
        """The run of this setting, as far as it was done; one of the same name and another setting is given up."""
        wanted = json.loads(json.dumps(asdict(setting)))
        known: Run | None = self._content["runs"].get(setting.name)
        if known is None or known["setting"] != wanted:
            known = {
                "name": setting.name,
                "setting": wanted,
                "languages": languages,
                "machine": machine,
                "stacks": {},
            }
            self._content["runs"][setting.name] = known
        return known

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_name(self.file.name + ".unfinished")
        unfinished.write_text(json.dumps(self._content, indent=2) + "\n", encoding="utf-8")
        os.replace(unfinished, self.file)
