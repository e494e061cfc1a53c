"""Where the server keeps its engine: one that is opened later takes its place without a restart."""

from dataclasses import dataclass

from assistant.identity.asker import Asker
from assistant.web.engine import Engine


@dataclass(slots=True)
class EngineSlot:
    """The engine of the server, or None, and then the `problem` that stands in the way.

    Whoever serves a request reads `engine` once, and works with what it got.
    """

    engine: Engine | None
    problem: str | None = None

    def engine_for(self, asker: Asker) -> Engine | None:
        """The engine as far as `asker` may see its articles. Whatever is shown to somebody comes from this one."""
        return None if self.engine is None else self.engine.seen_by(asker.groups)

    def seen_by(self, asker: Asker) -> "EngineSlot":
        """The slot for one request, with that engine."""
        return EngineSlot(self.engine_for(asker), self.problem)

    def open(self, engine: Engine) -> None:
        """From now on questions are answered by `engine`."""
        self.engine, self.problem = engine, None
