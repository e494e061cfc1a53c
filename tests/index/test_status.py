"""What an index holds, without its embedder."""

from pathlib import Path

import pytest

from index.errors import IndexMissing
from index.layout import Layout
from index.status import read_article_ids, read_status


def test_it_counts_what_is_there(folder: Path) -> None:
    status = read_status(folder)
    assert (status.articles, status.passages, status.languages) == (3, 3, {"en": 2, "fr": 1})
    assert (status.embedder, status.dimension, status.fingerprint) == ("words", 64, "words:64")
    assert status.bytes >= sum(path.stat().st_size for path in folder.glob("*.sqlite"))
    assert read_article_ids(folder) == ["harbour", "engagement", "bakery"]


def test_files_that_vanish_while_they_are_counted_count_nothing(folder: Path) -> None:
    """A writer that ends removes its log; a link to nothing stands for it here."""
    before = Layout(folder).bytes_on_disk()
    (folder / "index.sqlite-gone").symlink_to(folder / "nothing")
    assert Layout(folder).bytes_on_disk() == before


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        read_status(tmp_path)
