"""Every command of the README is run, in the order in which it stands there."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASSISTANT = [sys.executable, "-c", "from assistant.cli.app import main; main()"]
STAND_INS = {
    "path/to/your/articles": "seeds/fr",
    "path/to/articles": "seeds",
    "another-article.pdf": "another-article.txt",
    "ARTICLE": "en/patriot-gap.md",
}


def commands() -> list[list[str]]:
    """The commands in the README, without comments, as lists of words."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    return [[STAND_INS.get(word, word) for word in line] for line in lines if line and line[0] != "source"]


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ASSISTANT_", "MAKE", "MFLAGS"))}
    return kept | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the commands speak of."""
    for name in ("seeds", "eval/sets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "another-article.txt").write_text("A market opens | Town\n\nThe market hall opens on Monday.\n")
    (tmp_path / "questions.tsv").write_text("q1\twhat did Germany pledge?\nq2\tQu'a promis l'Allemagne ?\n")
    return tmp_path


def answers_on(port: int, within_seconds: float, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + within_seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def test_every_assistant_command_does_what_the_readme_says(folder: Path) -> None:
    outputs = {}
    for words in commands():
        if words[0] != "assistant" or words[1] == "chat":
            continue
        done = subprocess.run(
            ASSISTANT + words[1:],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stderr}"
        outputs[shlex.join(words)] = done.stdout
    answers = [output for command, output in outputs.items() if command.startswith("assistant ask")]
    assert len(answers) == 2
    assert all("IRIS-T" in answer for answer in answers)
    run = (folder / "run.trec").read_text(encoding="utf-8").splitlines()
    assert {line.split()[0] for line in run} == {"q1", "q2"}
    assert all(len(line.split()) == 6 for line in run)


def test_the_chat_command_opens_a_page(folder: Path) -> None:
    [chat] = [words for words in commands() if words[:2] == ["assistant", "chat"]]
    index = chat[chat.index("--index") + 1]
    built = subprocess.run(
        [*ASSISTANT, "index", "build", "--index", index, "seeds"], cwd=folder, env=environment(), check=False
    )
    assert built.returncode == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*ASSISTANT, *chat[1:], "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, env=environment())
    try:
        assert answers_on(port, 90, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_every_make_target_is_there() -> None:
    if shutil.which("make") is None:
        pytest.skip("There is no make on this machine.")
    wanted = [words for words in commands() if words[0] == "make"]
    assert ["make", "chat"] in wanted
    assert ["make", "test"] in wanted
    for words in wanted:
        done = subprocess.run(
            ["make", "--dry-run", *words[1:]], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_readme_uses_no_other_program() -> None:
    assert {words[0] for words in commands()} == {"assistant", "make"}
