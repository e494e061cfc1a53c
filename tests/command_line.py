"""The command line run in the process of the tests, and a few small articles for it."""

import json
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.app import main

ARTICLES = {
    "fr/quai.md": (
        "---\ntitle: Un nouveau quai\ndate: 2024-03-02\nurl: https://kerlann.example/quai\n---\n"
        "Le port de Kerlann construit un quai de 240 mètres. Les travaux du port coûtent 12 millions d'euros. "
        "Le maire a posé la première pierre samedi.\n"
    ),
    "fr/pont.txt": (
        "Le pont ferme\n\nLe pont de Brélan ferme pour six mois. Les camions passent par la vallée pendant ce temps.\n"
    ),
    "en/library.txt": (
        "The library | Town\n\nThe library of Ashby opens on Sundays from May on. "
        "The council pays for two more librarians.\n"
    ),
    "en/night bus.txt": "The night bus\n\nThe night bus to Marlow runs every hour. A ticket costs three pounds.\n",
}


@dataclass(frozen=True, slots=True)
class Done:
    """One finished command."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """What it printed, which must be one JSON object and nothing else."""
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found


Run = Callable[..., Done]


def run_in_process(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Done:
    """`assistant WORDS...` with its exit status and its two outputs; an error that escapes is the test's failure."""
    before = sys.argv, warnings.showwarning, warnings.filters[:]
    sys.argv = ["assistant", *map(str, words)]
    capsys.readouterr()
    status: Any = 0
    try:
        main()
    except SystemExit as end:
        status = end.code or 0
    finally:
        sys.argv, warnings.showwarning = before[:2]
        warnings.filters[:] = before[2]  # type: ignore[index]
    captured = capsys.readouterr()
    return Done(int(status), captured.out, captured.err)


def write_articles(folder: Path) -> Path:
    for name, text in ARTICLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
