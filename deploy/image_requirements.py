"""Prints the dependencies of an image, as pip reads them: those of pyproject.toml, with or without PyTorch."""

import argparse
import re
import tomllib
from pathlib import Path

FOR_OTHER_EMBEDDERS = frozenset({"torch", "sentence-transformers"})
"""Imported by nothing but an embedder that is not bundled."""


def requirements(project: Path, *, torch: bool) -> list[str]:
    named = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
    return [each for each in named if torch or re.split(r"[^A-Za-z0-9._-]", each)[0] not in FOR_OTHER_EMBEDDERS]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", choices=("yes", "no"), default="no")
    print("\n".join(requirements(Path("pyproject.toml"), torch=parser.parse_args().torch == "yes")))  # noqa: T201
