"""Makes text safe to store and to show, one character for one, so that positions stay what they are."""

import re

_LINE_ENDS = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WHITE_SPACE = re.compile(r"\s+")

BYTE_ORDER_MARK = "\ufeff"
REPLACEMENT = "\ufffd"


def unify_line_ends(text: str) -> str:
    """`text` without a leading byte order mark and with `\\n` as its only line end: the one change of length, made
    before any position exists."""
    return _LINE_ENDS.sub("\n", text.removeprefix(BYTE_ORDER_MARK))


def clean(text: str) -> str:
    """`text` as it is stored: line ends unified, a space for each control character but tab and line end, and U+FFFD
    for each lone surrogate. Everything else, odd quotes and stray spaces included, stays."""
    return _SURROGATE.sub(REPLACEMENT, _CONTROL.sub(" ", unify_line_ends(text)))


def one_line(text: str) -> str:
    """`text` cleaned and on one line, for titles, names and ids."""
    return _WHITE_SPACE.sub(" ", clean(text)).strip()


def count_undecodable(text: str) -> int:
    """How many bytes of a file `text` could not be decoded: each is left as one lone surrogate until `clean`."""
    return len(_SURROGATE.findall(text))
