"""The command line in this process, a folder of articles, and an ordinary user."""

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.app import main
from tests.faults.commands import Outcome

RunCommand = Callable[..., Outcome]
NOBODY = 65534


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunCommand:
    """`run("index", "build", folder)` runs the whole command in this process, in an empty working folder."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "fast")  # which model it is does not matter to a fault
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["assistant", *map(str, arguments)])
        capsys.readouterr()
        with warnings.catch_warnings():
            try:
                main()
                status = 0
            except SystemExit as stopped:
                status = int(stopped.code or 0)
        written = capsys.readouterr()
        return Outcome(status, written.out, written.err)

    return run_command


GERMANY = "Germany pledges\n\nGermany will send four IRIS-T systems and 10,000 artillery rounds to Ukraine this year."
HARBOUR = "The harbour\n\nThe fishermen of the old harbour repair their nets in the morning, before the market opens."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with two good articles, germany.txt and harbour.txt."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "germany.txt").write_text(GERMANY, encoding="utf-8")
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    return folder


@pytest.fixture
def index(run: RunCommand, articles: Path, tmp_path: Path) -> Path:
    """A sound index of the two articles."""
    folder = tmp_path / "index"
    assert run("index", "build", "--index", folder, articles).status == 0
    return folder


@pytest.fixture
def ordinary_user(run: RunCommand, index: Path) -> Iterator[Path]:
    """A new folder, in which this process has the rights of an ordinary user until the end of the test.

    Whoever is root may read and write everything, so that root's rights are laid down meanwhile. Python itself may
    stand where only root can read it, so that each command is run once before.
    """
    for command in (["ask", "pledge?"], ["search", "pledge"], ["index", "verify"], ["index", "repair"]):
        words = 2 if command[0] == "index" else 1
        assert run(*command[:words], "--index", index, *command[words:]).status == 0
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(folder)
