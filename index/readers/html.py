"""Web pages: trafilatura finds the article among menus, side bars and footers, and its title, date and author."""

import logging
import re
from collections.abc import Iterator

from index.readers.clean import one_line
from index.readers.dates import iso_date
from index.readers.draft import Draft, Source
from index.readers.encoding import decode
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable
from index.readers.titles import first_line_title
from index.readers.whole_file import read_bytes
from index.types import ReadProblem

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\b(?:xml:)?lang\s*=\s*["']?([A-Za-z-]{2,15})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HEAD = 4_096


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article: the title, an empty line, the main text; the title is not repeated where the text starts with it.

    The date is taken only from where pages declare it: guesses from footers and addresses are wrong too often.
    """
    import trafilatura
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it complains about becomes a problem here
    data = read_bytes(source.path, limits.max_bytes)
    declared = _CHARSET.search(data[:_HEAD])
    decoded = decode(data, declared[1].decode("ascii") if declared else None).text
    markup = _XML_DECLARATION.sub("", decoded.removeprefix("\ufeff"))  # lxml refuses text that names its encoding
    found = trafilatura.bare_extraction(
        markup,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    page = found if isinstance(found, Document) else Document()
    text = page.text or _everything(markup)
    if not text.strip():
        raise Unreadable(
            "No article text is found in the page.",
            "Save the page with its text (not only the script that loads it), or save the text as .txt.",
        )
    title = one_line(page.title or "")
    starts_with_title = not title or one_line(text[: 2 * len(title) + 10]).startswith(title)
    language = _LANGUAGE.search(markup[: 10 * _HEAD])
    yield Draft(
        text=text if starts_with_title else f"{title}\n\n{text}",
        title=first_line_title(title),
        language=language[1] if language else "",
        date=iso_date(page.date),
        author=page.author or None,
        url=page.url or None,
    )


def _everything(markup: str) -> str:
    """The text of a page in which no article is found, as of a fragment without a body."""
    from trafilatura import baseline

    _body, text, _length = baseline(markup if "<body" in markup.lower() else f"<html><body>{markup}</body></html>")
    return text
