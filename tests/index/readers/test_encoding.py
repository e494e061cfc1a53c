"""The encoding of a file that does not say which it has."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.encoding import decode
from index.readers.problems import Unreadable

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf

FRENCH = (
    "L'été dernier à Orléans, le maire a déclaré : « Nous avons reçu quatre systèmes ».\n"
    "Où ira l'argent ? À l'hôpital, bien sûr, dit-elle ; le coût dépasse déjà ça.\n"
)
FRENCH_SIGNS = "L’œuvre coûte 21 000 € – « c’est peu », dit sœur Agnès… Noël, maïs, ÉTÉ, Œuvres.\n"
SHORT = "Qu'a promis l'Algérie à la réunion ?"
SPANISH = "¿Qué prometió España? El año pasado envió 3 camiones; «nada más», según el ministro Núñez.\n"
GERMAN = "Größere Mengen wären nötig, erklärte der Außenminister über die Lieferung nach Köln. Öl fehlt.\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("text", [FRENCH, FRENCH_SIGNS, SHORT, SPANISH, GERMAN])
def test_unicode_encodings_are_recognised(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text.removeprefix("\ufeff") == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_a_mark_is_recognised(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert decode(mark + FRENCH_SIGNS.encode(encoding)).text == FRENCH_SIGNS


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "iso-8859-15", "mac-roman", "cp850"])
@pytest.mark.parametrize("text", [FRENCH, SHORT, SPANISH, GERMAN])
def test_western_encodings_are_told_apart(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_typographic_signs_and_ligatures_are_right(encoding: str) -> None:
    assert decode(FRENCH_SIGNS.encode(encoding)).text == FRENCH_SIGNS


def test_euro_and_ligatures_of_iso_8859_15_are_right() -> None:
    text = "L'œuvre coûte 20 € à ma sœur, dit l'Œuvre catholique.\n"
    assert decode(text.encode("iso-8859-15")).text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Министр обороны сообщил в пятницу, что Германия передаст четыре системы. " * 4),
        ("koi8-r", "Министр обороны сообщил в пятницу, что Германия передаст четыре системы. " * 4),
        ("cp1253", "Ο υπουργός ανακοίνωσε την Παρασκευή ότι η Γερμανία θα παραδώσει τέσσερα συστήματα. " * 4),
        ("shift_jis", "ドイツは四つの防空システムをウクライナに送ると大臣が金曜日に発表した。" * 4),
    ],
)
def test_other_scripts_are_recognised(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_declared_encoding_is_believed_unless_the_text_is_utf_8() -> None:
    assert decode("Łódź, piątek".encode("cp1250"), declared="windows-1250").text == "Łódź, piątek"
    assert decode("Łódź, piątek".encode(), declared="windows-1250").text == "Łódź, piątek"
    assert decode(b"caf\xe9 \x96 th\xe9", declared="iso-8859-1").text == "café – thé"
    assert decode(SHORT.encode("cp1252"), declared="no-such-encoding").text == SHORT


def test_a_few_broken_bytes_in_utf_8_are_counted_and_the_rest_is_right() -> None:
    data = FRENCH.encode().replace("ç".encode(), b"\xc3", 1)
    decoded = decode(data)
    assert (decoded.encoding, decoded.undecodable) == ("utf-8", 1)
    assert decoded.text == FRENCH.replace("ç", "\udcc3", 1)


def test_text_cut_inside_a_character_is_still_utf_8() -> None:
    decoded = decode("L’été à Orléans, où l’on dîné".encode()[:-1])
    assert (decoded.encoding, decoded.undecodable) == ("utf-8", 1)


@pytest.mark.parametrize("text", ["le café", "Où est passé l'abbé", "à"])
def test_a_western_text_that_ends_in_an_accent_is_no_cut_utf_8(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


def test_one_odd_byte_in_english_is_a_typographic_sign_not_a_broken_one() -> None:
    assert decode(b"The minister\x92s answer was short.").text == "The minister’s answer was short."


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(5_000),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        b"\x7fELF" + bytes(400),
        b"\xff\xd8\xff\xe0" + random.Random(2).randbytes(3_000),
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="binary"):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decode(data).text
    except Unreadable:
        return
    assert isinstance(text, str)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_without_control_characters_is_always_read_right(text: str) -> None:
    decoded = decode(text.encode())
    assert decoded.text.removeprefix("\ufeff") == text.removeprefix("\ufeff")
    assert decoded.undecodable == 0


def test_broken_utf_8_gives_the_article_and_a_problem_with_the_count(shelf: Shelf) -> None:
    path = shelf.write("a.txt", FRENCH.encode().replace("à".encode(), b"\xc3", 1))
    articles, problems = shelf.read(path)
    assert articles[0].text == FRENCH.replace("à", "\ufffd", 1)
    assert [(p.where, p.what.split()[0]) for p in problems] == [(str(path), "1")]
