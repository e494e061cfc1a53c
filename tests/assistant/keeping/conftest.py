"""A file for what is kept, and an answer to keep."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.keeping.keepsakes import Keepsakes
from assistant.types import Answer, Statement
from index.types import Article
from tests.fakes import answer_of, cite

QUAY = Article(
    "fr/quai.md",
    "Un nouveau quai",
    "Le port construit un quai de 240 mètres.\nLes travaux coûtent 12 millions d'euros.",
    "fr",
    "2024-03-02",
    url="https://kerlann.example/quai",
)
BRIDGE = Article("fr/pont.txt", "Le pont", "Le pont ferme pour six mois. 🚧 Les camions passent par la vallée.", "fr")


@pytest.fixture
def keepsakes(tmp_path: Path) -> Keepsakes:
    return Keepsakes(tmp_path / "somewhere" / "index.kept.sqlite")


@pytest.fixture
def answer() -> Answer:
    """Quotes two articles."""
    citations = [cite(QUAY, "Les travaux coûtent 12 millions d'euros.", 1), cite(BRIDGE, "Le pont ferme", 2)]
    text = f"{citations[0].quote} [1]\n\n{citations[1].quote} [2]"
    return answer_of("Combien ?", text, citations, language="fr", searched_for="Combien coûtent les travaux ?")


@pytest.fixture
def written_answer() -> Answer:
    """Written by a language model, in three statements."""
    citations = (cite(QUAY, "Les travaux coûtent 12 millions d'euros.", 1), cite(BRIDGE, "Le pont ferme", 2))
    statements = (
        Statement("The works cost 12 million euros.", (1,), True),
        Statement("The bridge is closed for 7 months.", (1, 2), True, ("7",)),
        Statement("Trucks fly.", (), False),
    )
    text = "The works cost 12 million euros. [1] The bridge is closed for 7 months. [1] [2] Trucks fly."
    return replace(answer_of("How much?", text, citations), mode="llm", statements=statements)
