"""Memory that threads take and give back, one after another, must not pile up."""

import platform
import subprocess
import sys

import pytest

from assistant.server.allocator import use_few_arenas

of_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no arenas to count")

ARENAS_USED = """
import re, sys, threading
from assistant.server.allocator import use_few_arenas
done = use_few_arenas() if "few" in sys.argv else None
barrier = threading.Barrier(12)
def work():
    held = [bytes(50_000) for _ in range(20)]
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
import ctypes, tempfile
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as file:
    stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(done, len(re.findall("<heap nr", open(file.name).read())))
"""


def _run(*words: str, **environment: str) -> tuple[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", ARENAS_USED, *words], check=True, capture_output=True, text=True, env=environment
    )
    told, arenas = done.stdout.split()
    return told, int(arenas)


@of_glibc
def test_twelve_threads_use_two_arenas_in_place_of_one_each() -> None:
    told, arenas = _run("few")
    assert told == "True"
    assert arenas <= 2
    assert _run()[1] > 2


@of_glibc
def test_who_has_set_it_keeps_what_they_set() -> None:
    assert _run("few", MALLOC_ARENA_MAX="5") == ("False", 5)


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert use_few_arenas() is False
