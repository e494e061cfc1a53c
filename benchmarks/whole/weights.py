"""The weights that every stack runs, in the form that it runs them in."""

import subprocess
import sys
from pathlib import Path

from benchmarks.processes import run, say
from benchmarks.whole.stacks.known import Weights

NAME = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` of sentence-transformers/all-MiniLM-L6-v2 as published; the same as in
`index.training.teacher`, which the peers' environment cannot import."""


def model_for(weights: Weights, published: Path, folder: Path) -> str:
    """What the stack is given as its model. Exports go to `folder`, once. Raises CalledProcessError."""
    if weights == "bundled":
        return "default"
    if weights == "folder":
        return str(published)
    out = folder / f"{NAME}-{weights}"
    if not (out / "manifest.json").is_file():
        say(f"exporting the weights: {weights}")
        export(published, out, int8=weights == "int8")
    return str(out)


def export(published: Path, out: Path, *, int8: bool) -> None:
    """As a user would: `python -m index.training.export`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "index.training.export", "--checkpoint", str(published), "--out", str(out)]
    process = run([*command, "--name", NAME, *([] if int8 else ["--float"])], log=out.with_suffix(".log"))
    if not (out / "manifest.json").is_file():
        raise subprocess.CalledProcessError(1, command, process.output)
