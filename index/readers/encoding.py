"""Bytes to text: finds the encoding of a file that does not say which it has (docs/decisions/0012)."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from index.readers.clean import count_undecodable
from index.readers.problems import Unreadable

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_WESTERN = ("cp1252", "iso-8859-15", "mac-roman", "cp850")
"""In the order in which a draw is decided. Latin-1 is not among them: cp1252 is the same with more characters."""

_SAMPLE_BYTES = 100_000
_LEAST_WESTERN_SCORE = 0.8
_MOST_CONTROL_CHARACTERS = 0.02
_FEW_CONTROL_CHARACTERS = 8

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PUNCTUATION = frozenset("«»‹›“”„‘’‚–—…•·°€£§©®™ªº¿¡\u00a0\u202f†½¼¾²³")
_COMMON_LETTERS = frozenset("àâäæçéèêëîïôœöùûüÿñáíóúßãõåøìòÀÂÄÆÇÉÈÊËÎÏÔŒÖÙÛÜŸÑÁÍÓÚÃÕÅØ")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text. `undecodable` bytes of it are in `text` as lone surrogates, one each."""

    text: str
    encoding: str
    undecodable: int = 0


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file. `declared` is the encoding that the file itself names, believed where its bytes allow it.

    Raises `Unreadable` where the bytes are not text.
    """
    encoding = choose_encoding(data, declared)
    text = data.decode(encoding, errors=KEEP_BYTES)
    refuse_binary(text)
    return Decoded(text, encoding, count_undecodable(text))


def choose_encoding(data: bytes, declared: str | None = None, complete: bool = True) -> str:
    """The name of the Python codec for `data`: a whole file or, if not `complete`, a part of one, whose last character
    may be cut off.

    In this order: a byte order mark, UTF-16 and UTF-32 by where their zeros are, UTF-8 if all of it is valid, what the
    file declares, UTF-8 with a few broken bytes, the Western encodings by how sensible their letters look, and
    charset-normalizer for the rest.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if wide := _wide_encoding(data[:4_096]):
        return wide
    if _is_utf8(data, complete):
        return "utf-8"
    if declared and (known := _known(declared)):
        return known
    sample = _sample(data)
    valid, broken = _count_utf8(sample)
    return "utf-8" if valid > broken else _single_byte_encoding(sample)


def refuse_binary(text: str) -> None:
    """Raises `Unreadable` for a text that has more control characters than any text has."""
    sample = text[:_SAMPLE_BYTES]
    most = max(_FEW_CONTROL_CHARACTERS, _MOST_CONTROL_CHARACTERS * len(sample))
    if len(_CONTROL.findall(sample)) > most:
        raise Unreadable("It is not text but binary data.", "Convert it to text, or rename it after its real format.")


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Makes each byte that cannot be decoded one lone surrogate. Unlike "surrogateescape" it serves every codec."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC80 + (byte & 0x7F)) for byte in error.object[error.start : error.end]), error.end


KEEP_BYTES = "assistant-keep-bytes"
"""The `errors=` of every decoding here."""

codecs.register_error(KEEP_BYTES, _keep_bytes)


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: most characters of a text in a Latin script have zeros at the same places."""
    if len(head) < 4 or b"\0" not in head:
        return None
    for encoding in reversed(_WIDE):
        width = 4 if "32" in encoding else 2
        units = len(head) // width
        place = 0 if encoding.endswith("be") else width - 1
        if head[place : units * width : width].count(0) < 0.7 * units:
            continue
        text = head[: units * width].decode(encoding, errors="replace")
        sensible = sum(c.isalnum() or c.isspace() or unicodedata.category(c)[0] == "P" for c in text)
        if sensible >= 0.9 * len(text):
            return encoding
    return None


def _is_utf8(data: bytes, complete: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def _count_utf8(data: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII are valid UTF-8, and how many bytes are not."""
    text = data.decode("utf-8", errors="surrogateescape")
    broken = count_undecodable(text)
    return sum(map(len, _NOT_ASCII.findall(text))) - broken, broken


def _known(name: str) -> str | None:
    """The codec that a declared name means in the wild: latin-1 and ASCII stand for cp1252 there."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    if codec in ("iso8859-1", "ascii"):
        return "cp1252"
    is_text = getattr(codecs.lookup(codec), "_is_text_encoding", True)
    return codec if is_text and not codec.startswith(("utf-8", "utf-16", "utf-32")) else None


def _single_byte_encoding(sample: bytes) -> str:
    scores = {name: _western_score(sample.decode(name, errors="replace")) for name in _WESTERN}
    best = max(_WESTERN, key=lambda name: scores[name])
    if scores[best] >= _LEAST_WESTERN_SCORE:
        return best
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    if match is None or match.encoding.startswith("utf"):
        return best
    return match.encoding


def _sample(data: bytes) -> bytes:
    """The part of `data` that begins with the line of its first byte beyond ASCII, or a little before that byte."""
    match = _BEYOND_ASCII.search(data)
    first = match.start() if match else 0
    start = data.rfind(b"\n", max(0, first - _SAMPLE_BYTES // 10), first) + 1
    return data[start or max(0, first - _SAMPLE_BYTES // 10) :][:_SAMPLE_BYTES]


def _western_score(text: str) -> float:
    """How sensible the characters beyond ASCII look, from 0 to 1, were `text` French, Spanish, German or the like.

    A letter is sensible beside other letters, in lower case after lower case, and not in a run of three (Russian read
    as Latin is nothing but such runs); a sign is sensible if articles use it, and a fraction not inside a word.
    """
    good = total = 0
    for match in _NOT_ASCII.finditer(text):
        run, start = match.group(), match.start()
        for offset, character in enumerate(run):
            before = text[start + offset - 1] if start + offset else " "
            after = text[start + offset + 1] if start + offset + 1 < len(text) else " "
            total += 1
            good += _is_sensible(character, before, after, run)
    return good / total if total else 0.0


def _is_sensible(character: str, before: str, after: str, run: str) -> bool:
    if character in _COMMON_LETTERS:
        alone = not before.isalpha() and not after.isalpha()
        shouted_inside_a_word = character.isupper() and before.islower()
        letters = sum(c.isalpha() for c in run)
        return letters < 3 and not shouted_inside_a_word and (not alone or character in "àÀóÓ")
    if character in "½¼¾":
        return not before.isalpha() and not after.isalpha()
    if character in "²³ªº":
        return not after.isalpha()
    if character in "‚„":
        return not before.isalpha()
    return character in _PUNCTUATION
