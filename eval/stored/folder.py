"""Where question sets and runs are kept."""

import os
from pathlib import Path

from assistant.settings import Settings

SETS = "sets"
RUNS = "runs"


def evaluations_folder(settings: Settings) -> Path:
    """Beside the index unless it is set: an index can be deleted and made again, and its runs are compared then."""
    return Path(
        os.path.abspath(
            settings.evaluations
            or settings.beside_index.with_name(f"{settings.beside_index.resolve().name}.evaluations")
        )
    )
