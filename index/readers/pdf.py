"""PDF: the text layer of each page, as pypdf extracts it."""

import datetime
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.readers.clean import one_line
from index.readers.dates import iso_date
from index.readers.draft import Draft, Source
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable, from_library, too_large
from index.readers.titles import shorten
from index.readers.whole_file import check_size
from index.types import ReadProblem

if TYPE_CHECKING:
    from pypdf import PdfReader

PAGE_BREAK = "\n\n"

_NO_TITLE = re.compile(
    r"untitled.*|microsoft (?:word|powerpoint).*|document\d*|title|.*\.(?:docx?|pdf|indd|qxd|odt|rtf|tex|dvi|html?)",
    re.IGNORECASE,
)
_FIRST_PDF_YEAR = 1993


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article: the pages, joined by an empty line. A page that cannot be parsed is a problem, and the others are
    read. Words that a line end divides stay divided."""
    from pypdf.errors import DependencyError, FileNotDecryptedError, PdfReadError

    check_size(source.path, limits.max_document_bytes)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it complains about becomes a problem here
    with source.path.open("rb") as file:
        try:
            reader = _open(file)
            pages = len(reader.pages)
        except (FileNotDecryptedError, DependencyError) as error:
            raise _encrypted() from error
        except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _broken(error) from error
        texts: list[str] = []
        size = 0
        for number in range(pages):
            try:
                text = reader.pages[number].extract_text()
            except Exception as error:  # the parser meets the outside world here: one bad page must not cost the rest
                yield from_library(f"{source.where}, page {number + 1}", error)
                continue
            size += len(text)
            if size > limits.max_bytes:
                raise too_large(size, limits.max_bytes)
            if text.strip():
                texts.append(text)
        if not texts:
            raise Unreadable(
                "It has no text, only pictures of pages (a scan).",
                "Recognise its text first, for example with `ocrmypdf in.pdf out.pdf`.",
            )
        yield _draft(reader, PAGE_BREAK.join(texts))


def _open(file: BinaryIO) -> "PdfReader":
    """A reader; a file that only restricts printing or copying opens with the empty password."""
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise _encrypted()
    return reader


def _draft(reader: "PdfReader", text: str) -> Draft:
    """Title, author and date are those of the file's properties where they are sane."""
    try:
        properties = reader.metadata
        title = one_line(str((properties and properties.title) or ""))
        author = one_line(str((properties and properties.author) or ""))
        created = properties.creation_date if properties else None
    except Exception:  # properties are an extra; a text must not be lost because its properties are malformed
        return Draft(text)
    sane = len(title) >= 4 and not _NO_TITLE.fullmatch(title)
    today = datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=1)
    possible = created is not None and created.year >= _FIRST_PDF_YEAR and created.date() <= today
    return Draft(
        text, title=shorten(title) if sane else "", author=author or None, date=iso_date(created) if possible else None
    )


def _encrypted() -> Unreadable:
    return Unreadable(
        "It is encrypted and needs a password.", "Save a copy without password, for example with `qpdf --decrypt`."
    )


def _broken(error: Exception) -> Unreadable:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return Unreadable(f"It is broken or no PDF ({reason}).", "Open it in a PDF viewer and save it again.")
