"""The chat runs where nothing but the folder of its index can be written, without a home, and without PyTorch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.chat_server import SECONDS, ChatServer, free_port, until

ROOT = Path(__file__).parents[2]
WITHOUT_TORCH = (
    "import sys; sys.modules['torch'] = sys.modules['sentence_transformers'] = None; "
    "from assistant.cli.app import main; main()"
)
READ_ONLY = """
mount --bind "$0" "$0" && mount -o remount,bind,ro / && cd / && ! touch "$1/no" 2>/dev/null && shift && exec "$@"
"""


def in_read_only_root(data: Path, *command: str) -> list[str]:
    """The command, in a mount namespace of its own, in which `data` alone can be written."""
    return ["unshare", "--mount", "sh", "-c", READ_ONLY, str(data), str(data.parent), *command]


def may_mount(folder: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(in_read_only_root(folder, "true"), capture_output=True, check=False).returncode == 0


def test_it_builds_answers_and_ends(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "tmp").mkdir(parents=True)
    if not may_mount(data):
        pytest.skip("this user may not mount anything")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(data / "tmp"),
        "ASSISTANT_INDEX": str(data / "index"),
        "ASSISTANT_PORT": str(free_port()),
    }
    program = [sys.executable, "-c", WITHOUT_TORCH]
    seed = str(ROOT / "seeds" / "en" / "germany-pledges.txt")
    build = in_read_only_root(data, *program, "index", "build", seed)
    subprocess.run(build, env=environment, check=True, capture_output=True)
    command = in_read_only_root(data, *program, "chat")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    server = ChatServer(process, f"http://127.0.0.1:{environment['ASSISTANT_PORT']}")
    try:
        until(server.is_ready)
        assert server.ask("what did Germany pledge?").json()["citations"]
        assert server.get("/").status_code == 200
        server.end()
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        _, errors = process.communicate()
    assert b"Traceback" not in errors
    assert {each.name for each in data.iterdir()} == {"index", "tmp"}
