"""What an owner does with the collection: look through it, add files, read them again, remove articles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.filters import EVERYTHING, Filters
from assistant.followed_work import followed
from assistant.settings import Settings
from assistant.uploads import forget_upload
from assistant.wiring import indexed_embedder, open_maintainer, open_writer, place_of
from index.article_changes import ArticleChange
from index.article_list import ArticleList
from index.errors import IndexMissing
from index.ingestion import Report, ingest, remove
from index.readers import ReadLimits, read_again


@dataclass(frozen=True, slots=True)
class Removed:
    """`articles` are the ids that were removed; `files` of the uploads were deleted, since nothing was read from them
    any more; `will_return` are files elsewhere that another `index build` would read again."""

    articles: tuple[str, ...]
    files: tuple[str, ...]
    will_return: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionKeeper:
    """Works on the index that `settings` name. Each call opens it for itself; whatever stands in the way is raised as
    an error of the index."""

    settings: Settings

    def listed(
        self, words: str = "", filters: Filters = EVERYTHING, *, first: int = 0, count: int = 200
    ) -> ArticleList:
        return place_of(self.settings).listed(words, filters.condition(), first=first, count=count)

    def changes(self, limit: int = 500) -> Sequence[ArticleChange]:
        """The newest first."""
        return place_of(self.settings).changes(limit=limit)

    def read_again(self, article_ids: Sequence[str] | None = None) -> Iterator[tuple[int, int] | Report]:
        """Reads the files of these articles, or of all, again: how many files are done, of how many, and at last the
        report. It goes on when the iterator is closed."""
        files = place_of(self.settings).files_of(None if article_ids is None else list(article_ids))
        limits = ReadLimits(max_bytes=self.settings.max_article_bytes)

        def work(tell: Callable[[tuple[int, int]], None]) -> Report:
            tell((0, len(files)))
            found = read_again(files, limits, lambda done, _total: tell((done, len(files))))
            with open_writer(indexed_embedder(self.settings)) as writer:
                return ingest(writer, found)

        return followed(work, "collection")

    def remove(self, article_ids: Sequence[str]) -> Removed:
        """Removes the articles, and those files of the uploads from which no other article was read."""
        try:
            before = place_of(self.settings).files_of(list(article_ids))
        except IndexMissing:
            return Removed((), (), ())
        with open_maintainer(self.settings) as writer:
            removed, _ = remove(writer, [each for each in article_ids if each])
        left = place_of(self.settings).files_of()
        deleted = [file for file in before if file not in left and forget_upload(Path(file), self.settings)]
        returning = [file for file in before if file not in deleted and Path(file).exists()]
        return Removed(tuple(removed), tuple(deleted), tuple(returning))
