"""Articles from files that were dropped on the page of a chat that has none yet: kept beside the index and added to it.

The files are copied beside the index, so that the articles name a file that stays and can be read again.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from assistant.followed_work import followed
from assistant.settings import Settings
from assistant.uploads import keep_uploads, uploads_folder
from assistant.web.engine import Engine
from assistant.wiring import indexed_embedder, open_assistant, open_writer, read_articles
from index.errors import IndexMissing
from index.ingestion import Report, ingest


@dataclass(frozen=True, slots=True)
class Adding:
    """How far it is, in articles; `total` is the number of files, and a file may hold several articles."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class DroppedFiles:
    """Takes files for the index that `settings` name, which need not be there yet."""

    settings: Settings

    @property
    def max_bytes(self) -> int:
        """Larger files are not taken."""
        return self.settings.max_article_bytes

    def add(self, files: Sequence[Path]) -> Iterator[Adding | Report]:
        """Adds the articles of the files; at last a report, which names what could not be read.

        Raises what opening the index for writing raises, and OSError where the files cannot be copied. The work goes
        on when the iterator is closed: what was begun is finished, though nobody is told.
        """
        dropped = tuple(files)
        return followed(lambda tell: self._add(dropped, tell), "dropped files")

    def open_engine(self) -> Engine:
        """The engine over the index, now that there is one; raises what `open_assistant` raises."""
        return open_assistant(self.settings)

    def _add(self, files: Sequence[Path], tell: Callable[[Adding], None]) -> Report:
        kept = keep_uploads(files, self.settings)
        count_of_files, articles = read_articles(self.settings, kept.files)
        done, total = 0, count_of_files + len(kept.refused)
        tell(Adding(done, total))

        def count() -> None:
            nonlocal done
            done += 1
            tell(Adding(done, max(done, total)))

        with open_writer(self._settings_of_index()) as writer:
            report = ingest(writer, chain(kept.refused, articles), progress=count)
        return self._in_visitors_words(report)

    def _in_visitors_words(self, report: Report) -> Report:
        """With the names of the files as they were dropped, not where the server keeps them."""
        folder = f"{uploads_folder(self.settings)}{os.sep}"
        named = (replace(problem, where=problem.where.removeprefix(folder)) for problem in report.problems)
        return replace(report, problems=tuple(named))

    def _settings_of_index(self) -> Settings:
        """With the embedder of the index, if there is one; it may be there and hold nothing."""
        try:
            return indexed_embedder(self.settings)
        except IndexMissing:
            return self.settings
