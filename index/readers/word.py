"""Word documents (.docx): paragraphs and tables in their order."""

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from index.readers.clean import one_line
from index.readers.dates import iso_date
from index.readers.draft import Draft, Source
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable, no_text, too_large
from index.readers.titles import shorten
from index.readers.whole_file import check_size
from index.types import ReadProblem

PARAGRAPH_BREAK = "\n\n"

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_TITLE_STYLE = re.compile(r"title|titre|titel|título|heading 1|titre 1|überschrift 1|título 1", re.IGNORECASE)
_NO_TITLE = re.compile(r"untitled|word document|document\d*|.*\.docx?", re.IGNORECASE)
_TEMPLATE_AUTHOR = "python-docx"


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article: paragraphs with an empty line between them, the cells of a table row on one line."""
    import docx
    from docx.opc.exceptions import OpcError

    check_size(source.path, limits.max_document_bytes)
    with source.path.open("rb") as file:
        if file.read(len(_OLE_MAGIC)) == _OLE_MAGIC:
            raise Unreadable(
                "It is protected by a password, or an old .doc file.", "Save it as .docx without a password."
            )
        file.seek(0)
        try:
            _check_unpacked_size(file, limits)
            document = docx.Document(file)
        except (zipfile.BadZipFile, OpcError, KeyError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise Unreadable(
                f"It is broken or no Word document ({reason}).", "Open it in Word or LibreOffice and save it again."
            ) from error
        blocks = [block for block in _blocks(document) if block.strip()]
        if not blocks:
            raise no_text()
        text = PARAGRAPH_BREAK.join(blocks)
        if len(text) > limits.max_bytes:
            raise too_large(len(text), limits.max_bytes)
        yield _draft(document, text)


def _check_unpacked_size(file: Any, limits: ReadLimits) -> None:
    """A small archive can unpack to gigabytes; the sizes it declares are enforced by `zipfile` when it unpacks."""
    with zipfile.ZipFile(file) as archive:
        size = sum(member.file_size for member in archive.infolist())
    file.seek(0)
    if size > limits.max_document_bytes:
        raise too_large(size, limits.max_document_bytes)


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield "\n".join(_row(row) for row in block.rows)
        else:
            yield block.text


def _row(row: Any) -> str:
    """The cells of a row; a merged cell, which the library gives once for each column, is there once."""
    cells = {id(cell._tc): " ".join(cell.text.split()) for cell in row.cells}
    return " | ".join(filter(None, cells.values()))


def _draft(document: Any, text: str) -> Draft:
    """The title of the properties, else of the first paragraph in a title or heading style."""
    properties = document.core_properties
    title = one_line(properties.title or "")
    if not title or _NO_TITLE.fullmatch(title):
        title = one_line(
            next((p.text for p in document.paragraphs if p.text.strip() and _TITLE_STYLE.fullmatch(_style(p))), "")
        )
    untouched = properties.author == _TEMPLATE_AUTHOR  # made by a program, with the template's date
    return Draft(
        text,
        title=shorten(title),
        language=properties.language or "",
        date=None if untouched else iso_date(properties.created),
        author=None if untouched else one_line(properties.author or "") or None,
    )


def _style(paragraph: Any) -> str:
    return str(getattr(paragraph.style, "name", "") or "")
