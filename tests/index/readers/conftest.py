"""A folder of files to read, made for each test."""

from pathlib import Path

import pytest

from index.readers import ReadLimits, read_paths
from index.types import Article, ReadProblem


class Shelf:
    """Writes files below one folder and reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> Path:
        """A file with `content`; text is written as UTF-8."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, *paths: Path, limits: ReadLimits | None = None) -> tuple[list[Article], list[ReadProblem]]:
        """Articles and problems of `paths`, or of the whole folder."""
        found = list(read_paths(paths or [self.folder], limits or ReadLimits()))
        articles = [item for item in found if isinstance(item, Article)]
        return articles, [item for item in found if isinstance(item, ReadProblem)]

    def article(self, path: Path) -> Article:
        """The one article of a file without problems."""
        articles, problems = self.read(path)
        assert problems == []
        assert len(articles) == 1
        return articles[0]

    def problem(self, path: Path, limits: ReadLimits | None = None) -> ReadProblem:
        """The one problem of a file that holds no article. It must say where, what, and what to do next."""
        articles, problems = self.read(path, limits=limits)
        assert articles == []
        assert len(problems) == 1
        assert str(path) in problems[0].where
        assert problems[0].what.endswith(".")
        assert problems[0].next_step.endswith(".")
        return problems[0]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "articles"
    folder.mkdir()
    return Shelf(folder)
