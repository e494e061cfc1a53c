"""The program as a whole: help, version, settings from outside, outputs and exit statuses of a real process."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from assistant.cli.app import app
from assistant.version import __version__
from tests.command_line import Run

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-c", "from assistant.cli.app import main; main()"]
NARROWING = ["--language", "--from", "--to", "--source"]
OPTIONS = {
    "index build": ["--index", "--embedder", "--wait", "--prune", "--re-embed", "--ray"],
    "index add": ["--index", "--wait"],
    "index remove": ["--index", "--wait"],
    "index status": ["--index", "--json", "--articles"],
    "index verify": ["--index"],
    "index repair": ["--index", "--wait"],
    "search": ["--index", "--embedder", "--k", "--json", "--queries", "--run", *NARROWING],
    "ask": ["--index", "--embedder", "--json", "--history", "--search-for", *NARROWING],
    "chat": ["--index", "--embedder", "--host", "--port"],
    "mcp": ["--index", "--embedder"],
    "feedback export": ["--index", "--out"],
    "privacy show": ["--index"],
    "privacy delete": ["--index"],
    "privacy expire": ["--index"],
    "eval run": [
        "--cases",
        "--out",
        "--index",
        "--embedder",
        "--format",
        "--split",
        "--limit",
        "--words-weight",
        "--restart",
        "--judge",
        "--json",
    ],
    "eval compare": ["--allow", "--json"],
    "eval make": ["--out", "--questions", "--seed", "--language", "--index"],
    "eval review": ["--index", "--port", "--accepted"],
}


def process(*words: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_version(run: Run) -> None:
    done = run("--version")
    assert (done.status, done.stdout, done.stderr) == (0, f"assistant {__version__}\n", "")


@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_and_explains_every_option(command: str, run: Run) -> None:
    done = run(*command.split(), "--help")
    assert (done.status, done.stderr) == (0, "")
    listed = dict(re.findall(r"^  (--[\w-]+) (?:[^\n]*? {2,}| *\n {10,})(\S[^\n]*)", done.stdout, flags=re.MULTILINE))
    assert set(listed) == {*OPTIONS[command], "--help"}
    assert all(len(text) > 10 for text in listed.values())


def test_help_of_the_program_lists_every_command(run: Run) -> None:
    for words, names in (
        ([], {command.split()[0] for command in OPTIONS}),
        *(
            ([group], {command.split()[1] for command in OPTIONS if command.startswith(f"{group} ")})
            for group in ("index", "eval")
        ),
    ):
        done = run(*words, "--help")
        listed = re.findall(r"^  ([a-z]+)  +\S", done.stdout.partition("Commands:")[2], flags=re.MULTILINE)
        assert set(listed) == names


def test_no_command_has_an_option_that_is_not_tested_here() -> None:
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for path, leaf in [(f"{name} {sub}", held) for sub, held in getattr(command, "commands", {}).items()] or [
            (name, command)
        ]:
            found[path] = sorted(option for held in leaf.params for option in held.opts if option.startswith("--"))
    assert found == {command: sorted(options) for command, options in OPTIONS.items()}


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["index", "build"],
        ["index", "build", "--no-such-option", "x"],
        ["index", "add"],
        ["index", "remove"],
        ["ask"],
        ["index", "add", "x", "--wait", "long"],
        ["index", "add", "x", "--wait", "-1"],
        ["chat", "--port", "99999"],
        ["chat", "--port", "http"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2_with_a_message_on_stderr(words: list[str], run: Run) -> None:
    done = run(*words)
    assert (done.status, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_the_tools_for_language_models_need_an_index(tmp_path: Path, run: Run) -> None:
    done = run("mcp", "--index", tmp_path / "none")
    assert (done.status, done.stdout) == (3, "")
    assert "assistant index build" in done.stderr


def test_variables_name_the_index(index: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    assert run("index", "status", "--json").json["articles"] == 4


def test_the_settings_file_names_the_index_and_the_command_line_goes_before_it(
    index: Path, tmp_path: Path, run: Run
) -> None:
    Path("assistant.toml").write_text(f'index = "{index}"\n')
    assert run("index", "status", "--json").json["articles"] == 4
    done = run("index", "status", "--index", tmp_path / "other")
    assert (done.status, str(tmp_path / "other") in done.stderr) == (3, True)


def test_a_variable_names_the_embedder(index: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "fast")
    assert run("search", "--index", index, "bus").status == 0
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "./no-such-model")
    done = run("search", "--index", index, "bus")
    assert (done.status, done.stdout) == (3, "")
    assert "no-such-model" in done.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('idnex = "x"\n', "idnex: "),
        ("port = 0\n", "port = 0"),
        ('port = "http"\n', "port = 'http'"),
        ("index = [1\n", "assistant.toml"),
        ("wait_seconds = -1\n", "wait_seconds = -1"),
    ],
)
def test_a_settings_file_with_a_fault_is_wrong_usage_that_names_the_fault(content: str, told: str, run: Run) -> None:
    Path("assistant.toml").write_text(content)
    done = run("index", "status")
    assert (done.status, done.stdout) == (2, "")
    assert told in done.stderr
    assert "assistant.toml" in done.stderr


def test_a_real_process_keeps_results_and_everything_else_apart(tmp_path: Path, articles: Path) -> None:
    (articles / "empty.txt").write_text("")
    built = process("index", "build", articles, cwd=tmp_path)
    assert built.returncode == 1
    assert built.stdout.decode() == (
        ".assistant/index: 4 added, 0 replaced, 0 unchanged, 0 removed, 1 not read; generation 3\n"
    )
    [line] = built.stderr.decode().splitlines()
    assert "empty.txt" in line
    assert "%|" not in line
    asked = process("ask", "--json", "How much is a ticket for the night bus?", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, b"")
    assert json.loads(asked.stdout)["language"] == "en"


def test_a_process_without_an_index_exits_3(tmp_path: Path) -> None:
    done = process("ask", "Who?", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.startswith(b"assistant: There is no index in .assistant/index.")


def test_a_port_that_is_taken_exits_3_and_names_another(index: Path, run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("chat", "--index", index, "--port", port)
    assert done.status == 3
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr


def test_a_name_that_is_no_text_is_shown_and_ends_nothing(tmp_path: Path) -> None:
    done = process("index", "status", "--index", b"\xff-index".decode(errors="surrogateescape"), cwd=tmp_path)
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert b"-index" in done.stderr


def test_an_output_that_cannot_hold_every_letter_gets_the_others(index: Path, tmp_path: Path) -> None:
    done = process("ask", "--index", index, "When does the library open?", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u201cThe library of Ashby opens on Sundays from May on.\\u201d" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes.")
def test_a_reader_that_goes_away_ends_the_program_in_silence(index: Path, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "index", "status", "--articles", "--index", str(index)],
        cwd=tmp_path,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (0, 1)
