"""How fast an embedder starts and embeds.

    python -m benchmarks.embedder_speed --data ../shared --embedder static

Cold start is a fresh interpreter that embeds one question. Passages are held-out French law texts: single ones, and
joined ones of about 800 characters.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.embedder_quality import distractors
from index.embedders import load_embedder
from index.training.pairs import SOURCES, is_held_out, read
from index.training.teacher import teacher_folder


def cold_start(name: str, times: int = 5) -> float:
    """The least seconds, of some tries, that a new process needs for its first question."""
    program = f"from index.embedders import load_embedder; load_embedder({name!r}).embed_queries(['what was pledged?'])"
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        measured.append(time.perf_counter() - started)
    return min(measured)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="the folder with data/")
    parser.add_argument("--embedder", action="append", help='a name, a folder, or "teacher"; may be repeated')
    parser.add_argument("--passages", type=int, default=10_000, help="single passages; a tenth as many joined ones")
    arguments = parser.parse_args()
    folder = arguments.data / "data" / "parallel"
    if not folder.is_dir():
        sys.stderr.write(f"Skipped: there is no folder {folder}.\n")
        return 0
    laws = [pair for pair in read(folder, SOURCES[0]) if is_held_out(pair.english, SOURCES[0].held_out_one_in)]
    single = [pair.other for pair in laws][: arguments.passages]
    joined = distractors(laws, count=arguments.passages // 10, length=800)
    sys.stdout.write(
        "| embedder | cold start, s | question, ms | single passages/s | joined passages/s |\n|---|---|---|---|---|\n"
    )
    for name in arguments.embedder or ["static"]:
        place = str(teacher_folder()) if name == "teacher" else name
        embedder = load_embedder(place)
        embedder.embed_queries(["warm"])
        started = time.perf_counter()
        for number in range(100):
            embedder.embed_queries([f"what did the minister promise in {number}?"])
        question = (time.perf_counter() - started) * 10
        rates = []
        for texts in (single, joined):
            started = time.perf_counter()
            embedder.embed_passages(texts)
            rates.append(len(texts) / (time.perf_counter() - started))
        sys.stdout.write(f"| {name} | {cold_start(place):.2f} | {question:.2f} | {rates[0]:,.0f} | {rates[1]:,.0f} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
