"""Opens an ONNX file with ONNX Runtime, for one text at a time on one core."""

from pathlib import Path
from typing import Any

from index.errors import EmbedderUnavailable


def open_session(file: Path, model: str) -> Any:
    """Raises `EmbedderUnavailable` where ONNX Runtime is not there; what it raises itself for a file that it cannot
    read is of no certain type."""
    try:
        import onnxruntime
    except ImportError as problem:
        raise EmbedderUnavailable(
            f"The model {model} needs onnxruntime, which cannot be imported: {problem}. "
            "Install it with pip install onnxruntime, or choose the fast model with ASSISTANT_EMBEDDER=fast."
        ) from problem
    options = onnxruntime.SessionOptions()
    # One core for a text: texts run side by side instead, and nothing spins while it waits for its share.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Nearly every text has another shape: a memory plan for one would not be used again.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
