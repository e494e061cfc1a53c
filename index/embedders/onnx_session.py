"""Opens an ONNX file with ONNX Runtime, for one text at a time on one core."""

import os
from pathlib import Path
from typing import Any

from index.embedders.manifest import unreadable
from index.errors import EmbedderUnavailable


def open_session(file: Path, model: str, made_by: str) -> Any:
    """The file of the `model`; `made_by` is the module that writes such files. Raises `EmbedderUnavailable` where ONNX
    Runtime or the file cannot be read."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read on import: it would send its use to its maker
    try:
        import onnxruntime
    except ImportError as problem:
        raise EmbedderUnavailable(
            f"The model {model} needs onnxruntime, which cannot be imported: {problem}. "
            "Install it with pip install onnxruntime, or choose the fast model with ASSISTANT_EMBEDDER=fast."
        ) from problem
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    # One core for a text: texts run side by side instead, and nothing spins while it waits for its share.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Nearly every text has another shape: a memory plan for one would not be used again.
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # the library raises nothing more exact
        raise unreadable(file.parent, problem, made_by) from problem
