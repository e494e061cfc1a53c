"""The project's own files: make targets, pinned versions, links."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINS = re.compile(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)")
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="There is no make on this machine.")

RECORDING_ASSISTANT = """#!/bin/sh
echo "$@" >> calls
case "$1 $2" in "index build") mkdir -p "$4"; exit $(cat build-status 2>/dev/null || echo 0);; esac
"""


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make as a user would: without the variables of a make that may be running this test."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the files that setup depends on and nothing installed."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def set_up_project(project: Path) -> Path:
    """The same after setup, with an `assistant` that only writes down how it was called."""
    binaries = project / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "assistant").write_text(RECORDING_ASSISTANT)
    (binaries / "assistant").chmod(0o755)
    (project / ".venv" / ".installed").touch()
    return project


def calls(project: Path) -> list[str]:
    return (project / "calls").read_text().splitlines()


def test_every_dependency_is_pinned_to_a_version_that_is_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {canonicalize_name(name): version for name, version in PINS.findall((ROOT / "constraints.txt").read_text())}
    wanted = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement
    assert "torch" in pins


def test_pins_are_names_and_versions_and_nothing_else() -> None:
    """No address, no path, no editable package, no label of a local build."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not PINS.fullmatch(line)] == []
    assert len({canonicalize_name(line.partition("==")[0]) for line in lines}) == len(lines)


@needs_make
def test_make_alone_lists_the_targets() -> None:
    listed = re.findall(r"^  make (\w+) ", make(ROOT).stdout, flags=re.MULTILINE)
    assert {"setup", "chat", "test", "lint", "format", "types", "bench", "help"} <= set(listed)


@needs_make
def test_a_python_that_is_too_old_is_named_with_what_to_do(project: Path) -> None:
    old = project / "old-python"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = make(project, "PYTHON=./old-python", "setup")
    assert done.returncode == 2
    assert "'./old-python' is Python 3.9.2, but Python 3.11 or newer is needed." in done.stderr
    assert "make PYTHON=python3.12 setup" in done.stderr
    assert not (project / ".venv").exists()


@needs_make
def test_a_python_that_is_not_there_is_named_with_what_to_do(project: Path) -> None:
    done = make(project, "PYTHON=no-such-python", "setup")
    assert done.returncode == 2
    assert "There is no 'no-such-python' on this machine." in done.stderr


@needs_make
def test_the_first_chat_indexes_the_seeds_and_the_second_does_not(set_up_project: Path) -> None:
    first, second = make(set_up_project, "chat"), make(set_up_project, "chat")
    assert (first.returncode, second.returncode) == (0, 0)
    chat = "chat --index .assistant/index --host 127.0.0.1 --port 7860"
    assert calls(set_up_project) == ["index build --index .assistant/index seeds", chat, chat]


@needs_make
def test_a_chat_over_an_index_of_the_user_adds_no_seeds(set_up_project: Path) -> None:
    (set_up_project / "mine").mkdir()
    make(set_up_project, "chat", "INDEX=mine", "PORT=7999")
    assert calls(set_up_project) == ["chat --index mine --host 127.0.0.1 --port 7999"]


@needs_make
def test_an_indexing_that_failed_is_done_again(set_up_project: Path) -> None:
    (set_up_project / "build-status").write_text("1")
    assert make(set_up_project, "chat").returncode == 2
    (set_up_project / "build-status").unlink()
    assert make(set_up_project, "chat").returncode == 0
    build = "index build --index .assistant/index seeds"
    assert [call for call in calls(set_up_project) if call.startswith("index")] == [build, build]


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("[A-Z]*.md")))
def test_links_lead_to_files_that_are_there(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [target for target in targets if not (ROOT / page).parent.joinpath(target).exists()] == []


def test_links_between_the_pages_of_the_documentation_lead_to_files_that_are_there() -> None:
    for page in [ROOT / "docs/README.md", *ROOT.glob("docs/decisions/*.md"), ROOT / "prompts/README.md"]:
        targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert [target for target in targets if not page.parent.joinpath(target).exists()] == [], page.name
