"""The title of an article that gives none: its first line, without the section that news sites append."""

import re

from index.readers.clean import one_line

LONGEST_TITLE = 120
"""A longer first line is the beginning of the text rather than a title; it is cut at a word near this length."""

_FIRST_LINE = re.compile(r"\S[^\n]{0,2000}")


def first_line_title(text: str) -> str:
    """The title in the first line of `text` that is not empty: "Title | Section" gives "Title"."""
    match = _FIRST_LINE.search(text)
    line = one_line(match[0]) if match else ""
    title, bar, _section = line.rpartition(" | ")
    return shorten(title.strip() if bar and title.strip() else line)


def shorten(title: str) -> str:
    """`title`, cut at a word boundary with an ellipsis where it is longer than `LONGEST_TITLE` characters."""
    if len(title) <= LONGEST_TITLE:
        return title
    head = title[: LONGEST_TITLE - 1]
    if " " in head and title[LONGEST_TITLE - 1] != " ":
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,;:.-–—") + "…"
