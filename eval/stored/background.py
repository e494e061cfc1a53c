"""The one run that goes on in the background of a server: how far it is, how long it will take, and its end."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from filelock import FileLock, Timeout

from assistant.answering import Assistant
from assistant.errors import AssistantError
from assistant.settings import Settings
from eval.errors import RunRefused, RunUnderWay
from eval.evaluation import Part, run_set
from eval.runs.journal import HEADER
from eval.stored.runs import StoredRun, StoredRuns
from eval.stored.sets import StoredSet, StoredSets
from index.errors import AssistantIndexError

LOCK = ".lock"

_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody wants no more questions to be asked for now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`total` is 0 until it is known; `seconds_left` is None as long as nothing tells."""

    run: str
    name: str
    done: int = 0
    total: int = 0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a run: it was finished, or `stopped`, or a `problem` stood in the way; `refused` where it can only be
    begun anew; `unexpected` where the program is wrong, which its log tells more about."""

    run: str
    name: str
    done: int
    total: int
    stopped: bool = False
    problem: str = ""
    refused: bool = False
    unexpected: str = ""


@dataclass(slots=True, eq=False)
class BackgroundRun:
    """At most one run goes on over the sets and runs of a folder, in whichever process. May be used by many threads."""

    sets: StoredSets
    runs: StoredRuns
    progress: Progress | None = None
    ended: Ended | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def start(self, engine: Assistant, settings: Settings, stored: StoredSet, part: Part) -> str:
        """Begins a new run, and returns its id at once. Raises RunUnderWay, and OSError."""
        return self._begin(engine, settings, lambda: (self.runs.begin(stored, part), stored))

    def go_on(self, engine: Assistant, settings: Settings, identity: str) -> str:
        """Goes on with a run that was stopped, as `start` does. Raises RunMissing where it, or its set, is gone."""

        def again() -> tuple[StoredRun, StoredSet]:
            run = self.runs.find(identity)
            if run.request is None:
                raise RunRefused(f"The run {identity!r} was made by the command line. Let that go on with it.")
            return run, self.sets.find(run.request.set)

        return self._begin(engine, settings, again)

    def stop(self) -> None:
        """After the question that is being asked; the run can go on later."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def _begin(self, engine: Assistant, settings: Settings, choose: Callable[[], tuple[StoredRun, StoredSet]]) -> str:
        with self._starting:
            lock = self._locked()
            try:
                run, stored = choose()
                self._stop.clear()
                self.ended, self.progress = None, Progress(run.id, run.name)
                # A server that ends does not wait for it: whatever was answered is in the journal.
                work = threading.Thread(
                    target=self._work, args=(engine, settings, run, stored, lock), name="evaluation", daemon=True
                )
                work.start()
            except BaseException:
                lock.release()
                raise
        return run.id

    def _locked(self) -> FileLock:
        """A lock that another thread may release."""
        self.runs.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.runs.folder / LOCK, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunUnderWay("Another run goes on. Wait for its end, or stop it.") from error
        return lock

    def _work(self, engine: Assistant, settings: Settings, run: StoredRun, stored: StoredSet, lock: FileLock) -> None:
        ended = Ended(run.id, run.name, 0, 0)
        try:
            assert run.request is not None
            run_set(engine, settings, self.sets.read(stored), run.folder, run.request.part, watch=self._watch())
        except _Stopped:
            ended = replace(ended, stopped=True)
        except (AssistantError, AssistantIndexError, OSError) as error:
            ended = replace(ended, problem=str(error), refused=self._began_otherwise(run, error))
        except Exception as error:  # the page must say that it failed, whatever the reason
            _log.exception("The run %s failed", run.id)
            ended = replace(ended, unexpected=type(error).__name__)
        finally:
            reached = self.progress or Progress(run.id, run.name)
            self.runs.forget_if_empty(run)
            with self._starting:  # the next one can begin as soon as the end of this one is told, and not before
                lock.release()
                self.ended, self.progress = replace(ended, done=reached.done, total=reached.total), None

    @staticmethod
    def _began_otherwise(run: StoredRun, error: Exception) -> bool:
        return isinstance(error, RunRefused) and (run.folder / HEADER).exists()

    def _watch(self) -> Callable[[str, int, int], None]:
        """Called by the thread of the run alone."""
        began, before = 0.0, 0

        def watch(stage: str, done: int, total: int) -> None:
            nonlocal began, before
            current = self.progress
            if stage != "Asking" or current is None:
                return
            if not began:
                began, before = time.monotonic(), done
            asked = done - before
            left = (time.monotonic() - began) / asked * (total - done) if asked else None
            self.progress = replace(current, done=done, total=total, seconds_left=left)
            if self._stop.is_set() and done < total:
                raise _Stopped

        return watch
