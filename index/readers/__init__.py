"""Reads articles from files: text, Markdown, HTML, PDF, Word, JSON Lines and tables.

`read_paths` gives articles and problems one by one; each format has a module with a function `read`.
"""

from index.readers.again import read_again
from index.readers.collection import read_paths
from index.readers.limits import ReadLimits
from index.readers.paths import Survey, count_files, survey

__all__ = ["ReadLimits", "Survey", "count_files", "read_again", "read_paths", "survey"]
