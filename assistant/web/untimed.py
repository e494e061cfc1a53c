"""Gradio tells every browser how long each step took, and how long such steps take on average. That would tell people
how long the search took among articles that they may not see, so our pages tell none of it."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio


class _Untold(defaultdict[Any, Any]):
    """Takes what is put into it, and says that it holds nothing."""

    def __contains__(self, key: object) -> bool:
        del key
        return False


def without_times(blocks: "gradio.Blocks") -> None:
    """To be called when `blocks` have their queue."""
    from gradio.queueing import ProcessTime

    process = blocks.process_api

    async def untimed(*given: Any, **named: Any) -> dict[str, Any]:
        return await process(*given, **named) | {"duration": 0.0, "average_duration": 0.0}

    vars(blocks)["process_api"] = untimed  # of this page alone, before the method of its class
    blocks._queue.process_time_per_fn = _Untold(ProcessTime)
