"""Where the server keeps its engine: one that is opened later takes its place without a restart."""

from dataclasses import dataclass

from assistant.web.engine import Engine


@dataclass(slots=True)
class EngineSlot:
    """The engine of the server, or None, and then the `problem` that stands in the way.

    Whoever serves a request reads `engine` once, and works with what it got.
    """

    engine: Engine | None
    problem: str | None = None

    def open(self, engine: Engine) -> None:
        """From now on questions are answered by `engine`."""
        self.engine, self.problem = engine, None
