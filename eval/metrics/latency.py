"""How long answers took."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; percentiles are interpolated between the two nearest durations."""

    p50: float
    p95: float
    mean: float
    longest: float


def latency(milliseconds: Sequence[float]) -> Latency | None:
    """None for no durations."""
    if not milliseconds:
        return None
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return Latency(float(p50), float(p95), float(np.mean(milliseconds)), float(max(milliseconds)))
