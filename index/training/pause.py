"""A long training steps aside while a file exists, so that other work on the same machine can have the cores."""

import os
import time
from pathlib import Path


def wait_while_paused(seconds: float = 2.0) -> None:
    """Sleep for as long as the file that the variable `TRAINING_PAUSE_FILE` names exists."""
    name = os.environ.get("TRAINING_PAUSE_FILE", "")
    while name and Path(name).exists():
        time.sleep(seconds)
