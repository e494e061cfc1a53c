"""The page for evaluators at `/evaluation`: runs question sets over the chat's index, and compares what came of them.

Its components are Gradio's; what is done is done by `eval`, which stands above this package: it is imported when the
page is made, and not before.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering import Assistant
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.comparison_view import comparison_html
from assistant.web.engine_slot import EngineSlot
from assistant.web.evaluation_view import ended_html, part_text, progress_html, run_html, runs_html, set_html
from assistant.web.messages import Messages
from assistant.web.page_frame import message_html
from index.errors import AssistantIndexError

if TYPE_CHECKING:
    from eval.cases import TestSet
    from eval.stored.background import BackgroundRun
    from eval.stored.runs import StoredRun, StoredRuns
    from eval.stored.sets import StoredSets

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listing:
    """`table` is HTML; label and id of all runs, and of those that are finished."""

    table: str
    choices: Sequence[tuple[str, str]]
    finished: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """Asks the engine in `slot`, which was made with `settings`; all visitors see the same sets and runs."""

    settings: Settings
    slot: EngineSlot
    sets: "StoredSets"
    runs: "StoredRuns"
    background: "BackgroundRun"

    @classmethod
    def of(cls, settings: Settings, slot: EngineSlot) -> "EvaluationPage":
        from eval.stored.background import BackgroundRun
        from eval.stored.folder import RUNS, SETS, evaluations_folder
        from eval.stored.runs import StoredRuns
        from eval.stored.sets import StoredSets

        folder = evaluations_folder(settings)
        sets, runs = StoredSets(folder / SETS), StoredRuns(folder / RUNS)
        return cls(settings, slot, sets, runs, BackgroundRun(sets, runs))

    @property
    def formats(self) -> Sequence[str]:
        """The names of the formats of sets that are read."""
        from eval.formats.choose import FORMATS

        return tuple(FORMATS)

    def take(
        self, files: Sequence[Path], format_name: str | None, messages: Messages
    ) -> tuple[str | None, str, Sequence[str]]:
        """The id of the set that was kept, if any of it can be asked; HTML of what is in it; its splits."""
        from eval.errors import FormatUnknown

        taken: str | None = None
        splits: Sequence[str] = ()

        def work() -> str:
            nonlocal taken, splits
            try:
                stored, test_set = self.sets.take(files, format_name)
            except FormatUnknown as error:
                return message_html(f"{error} {messages.say('evaluation_format_hint')}", wrong=True)
            taken, splits = (stored.id if stored else None), _splits(test_set)
            return set_html(test_set, messages)

        said = self.told(work, messages)
        return taken, said, splits

    def described(self, identity: str, messages: Messages) -> tuple[str, Sequence[str]]:
        """HTML of what is in a stored set, and its splits."""
        splits: Sequence[str] = ()

        def work() -> str:
            nonlocal splits
            test_set = self.sets.read(self.sets.find(identity))
            splits = _splits(test_set)
            return set_html(test_set, messages)

        return self.told(work, messages), splits

    def start(self, identity: str | None, split: str | None, limit: str, messages: Messages) -> str:
        """Begins a run, of all where `limit` is empty; HTML of what stood in the way, or nothing."""
        from eval.evaluation import Part

        if not identity:
            return message_html(messages.say("evaluation_no_set"), wrong=True)
        most = limit.strip()
        if most and not (most.isdecimal() and int(most) > 0):
            return message_html(messages.say("evaluation_limit_wrong"), wrong=True)
        part = Part(split or None, int(most) if most else None)
        return self._begun(
            lambda engine: self.background.start(engine, self.settings, self.sets.find(identity), part), messages
        )

    def go_on(self, identity: str, messages: Messages) -> str:
        """Goes on with a run that was stopped, as `start` does."""
        return self._begun(lambda engine: self.background.go_on(engine, self.settings, identity), messages)

    def _begun(self, begin: Callable[[Assistant], object], messages: Messages) -> str:
        from eval.errors import RunUnderWay

        engine = self.slot.engine
        if not isinstance(engine, Assistant):
            return message_html(messages.say("evaluation_no_index"), wrong=True)

        def work() -> str:
            try:
                begin(engine)
            except RunUnderWay:
                return message_html(messages.say("evaluation_under_way"), wrong=True)
            return ""

        return self.told(work, messages)

    def progress(self, messages: Messages) -> str:
        """HTML of the run that goes on, or of the end of the last one."""
        if (progress := self.background.progress) is not None:
            return progress_html(progress, messages, stopping=self.background.stopping)
        ended = self.background.ended
        return ended_html(ended, messages) if ended is not None else ""

    @property
    def is_running(self) -> bool:
        return self.background.progress is not None

    def run(self, identity: str | None, messages: Messages) -> tuple[str, bool]:
        """HTML of a run, and whether it can go on."""
        can_go_on = False

        def work() -> str:
            nonlocal can_go_on
            run = self.runs.find(identity or "")
            can_go_on = run.results is None and run.request is not None
            return run_html(run, messages)

        return (self.told(work, messages) if identity else ""), can_go_on

    def listing(self, messages: Messages) -> Listing:
        """The runs, the newest first."""
        runs: list[StoredRun] = []

        def work() -> str:
            runs.extend(self.runs.all())
            return runs_html(runs, messages)

        table = self.told(work, messages)
        choices = [(f"{run.id} · {run.name} · {part_text(run, messages)}", run.id) for run in runs]
        finished = {run.id for run in runs if run.results is not None}
        return Listing(table, choices, [choice for choice in choices if choice[1] in finished])

    def set_choices(self) -> list[tuple[str, str]]:
        """Label and id of the sets, those added last first."""
        return [(f"{each.name} · {each.added[:16].replace('T', ' ')}", each.id) for each in self.sets.all()]

    def compare(self, earlier: str | None, later: str | None, messages: Messages) -> str:
        """HTML of the difference between two runs."""
        from eval.compare import compare

        if not earlier or not later:
            return message_html(messages.say("evaluation_choose_two"), wrong=True)

        def work() -> str:
            first, second = self.runs.find(earlier), self.runs.find(later)
            if first.results is None or second.results is None:
                return message_html(messages.say("evaluation_choose_two"), wrong=True)
            return comparison_html(compare(first.folder, second.folder), messages)

        return self.told(work, messages)

    def told(self, work: Callable[[], str], messages: Messages) -> str:
        """The HTML that `work` gives, or that of what stood in its way."""
        try:
            return work()
        except (AssistantError, AssistantIndexError, OSError) as error:
            return message_html(str(error), wrong=True)
        except Exception as error:  # the page must say that it failed, whatever the reason
            _log.exception("The page for evaluators failed")
            return message_html(messages.say("unexpected", kind=type(error).__name__), wrong=True)


def _splits(test_set: "TestSet") -> Sequence[str]:
    return sorted({case.split for case in test_set.cases} - {""})
