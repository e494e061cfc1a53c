"""Plain text: the stored text is the file, the first line gives the title."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def test_text_is_the_whole_file_and_title_loses_its_section(shelf: Shelf) -> None:
    content = "Berlin livre quatre systèmes | International\n\nLe ministre l’a  dit vendredi , à Bruxelles .\n«Oui»\n"
    article = shelf.article(shelf.write("une/article.txt", content))
    assert article.text == content
    assert article.title == "Berlin livre quatre systèmes"
    assert article.language == "fr"
    assert article.id == "article.txt"
    assert article.file == str(shelf.folder / "une" / "article.txt")
    assert article.date is None
    assert article.groups == ()


def test_only_the_last_bar_starts_the_section(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.txt", "\n\n  Oui | non : le débat | Politique  \n\nTexte."))
    assert article.title == "Oui | non : le débat"


def test_long_first_line_is_cut_at_a_word(shelf: Shelf) -> None:
    line = "The ministers met in Brussels on Friday and " + "promised more help to their neighbours " * 10
    article = shelf.article(shelf.write("a.txt", line))
    assert article.title.endswith("…")
    assert 90 < len(article.title) <= 120
    assert line.startswith(article.title[:-1])
    assert line[len(article.title) - 1] == " "
    assert article.text == line


def test_a_date_line_gives_the_date_and_a_date_in_a_sentence_does_not(shelf: Shelf) -> None:
    dated = shelf.article(shelf.write("a.txt", "Quatre systèmes\nBruxelles, le 11 avril 2025\n\nLe ministre a parlé."))
    assert dated.date == "2025-04-11"
    undated = shelf.article(shelf.write("b.txt", "Quatre systèmes\n\nLa réunion du 11 avril 2025 à Bruxelles.\n"))
    assert undated.date is None


def test_windows_line_ends_and_control_characters_are_the_only_changes(shelf: Shelf) -> None:
    article = shelf.article(shelf.write("a.txt", "\ufeffTitre\r\n\r\nUn\x00 deux\x07trois\tquatre\rcinq\x0c six\n"))
    assert article.text == "Titre\n\nUn  deux trois\tquatre\ncinq  six\n"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the folder with the user's article is not here")
def test_the_users_article_is_stored_as_it_is(shelf: Shelf) -> None:
    path = next(SEEDS.glob("*.txt"))
    article = shelf.article(path)
    content = path.read_bytes().decode()
    assert article.text == content
    assert article.language == "fr"
    assert " | " in content.splitlines()[0]
    assert article.title == content.splitlines()[0].rpartition(" | ")[0]
