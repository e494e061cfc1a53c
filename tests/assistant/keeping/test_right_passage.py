"""A passage that a user copied is found in its article, word for word."""

from pathlib import Path

import pytest

from assistant.keeping.right_passage import find_quote, locate
from index.local_index import LocalIndex
from index.types import Article
from tests.assistant.keeping.conftest import BRIDGE, QUAY
from tests.fakes import WordEmbedder, cite
from tests.index.conftest import write


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Les travaux coûtent 12 millions d'euros.", "Les travaux coûtent 12 millions d'euros."),
        ("  quai de 240\n\n mètres.   Les travaux ", "quai de 240 mètres.\nLes travaux"),
        ("« Le pont ferme pour six mois »", "Le pont ferme pour six mois"),
        ("mois. 🚧 Les camions", "mois. 🚧 Les camions"),
        ("(.*) quai", None),
        ("Le pont", None),
        ("les travaux coûtent", None),
        ("", None),
    ],
)
def test_white_space_and_quotation_marks_do_not_matter_and_words_do(quote: str, found: str | None) -> None:
    place = find_quote(quote, [QUAY, BRIDGE])
    assert (place and place[0].text[place[1].start : place[1].end]) == found


def test_the_first_article_that_says_it_is_given() -> None:
    place = find_quote("Le pont ferme pour", iter([QUAY, BRIDGE]))
    assert place is not None
    assert place[0] is BRIDGE


def test_it_is_found_in_the_index_by_its_words_alone(tmp_path: Path) -> None:
    more = [Article(f"{number}", "", f"Un texte numéro {number} sur tout autre chose.", "fr") for number in range(30)]
    write(tmp_path, [*more, QUAY, BRIDGE])
    index = LocalIndex.open(tmp_path, WordEmbedder())
    with index.snapshot() as snapshot:
        found = locate("les travaux coûtent 12 millions", snapshot) or locate("travaux coûtent 12 millions", snapshot)
        assert found == cite(QUAY, "travaux coûtent 12 millions", 0)
        assert locate("12 millions d'euros", snapshot, ["gone", QUAY.id]) == cite(QUAY, "12 millions d'euros", 0)
        assert locate("nobody ever wrote this", snapshot) is None
        assert locate("  ", snapshot) is None
        assert locate("\u200b" * 20, snapshot) is None
    index.close()
