"""How much of the outside world one read takes in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Sizes above which something is reported instead of read, so that no single file can fill the memory.

    `max_bytes`: the size of a text file (.txt, .md, .html) in bytes, the length of one record of a .jsonl or .csv
    file, and of the text of a .pdf or .docx, in characters. `max_document_bytes`: the size of a .pdf or .docx file,
    most of which is pictures, and of a .docx unpacked. A .jsonl or .csv file as a whole may have any size: it is read
    record by record.
    """

    max_bytes: int = 20_000_000
    max_document_bytes: int = 200_000_000


DEFAULT_LIMITS = ReadLimits()
