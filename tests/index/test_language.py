"""The language of questions and of articles."""

import subprocess
import sys
from pathlib import Path

import pytest

from index.language import LANGUAGES, SAMPLE, detect


def _read(name: str) -> list[tuple[str, ...]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines]


QUESTIONS = _read("language_questions.tsv")
ELSEWHERE = _read("language_questions_elsewhere.tsv")
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def test_questions_of_three_to_eight_words_are_told_apart() -> None:
    wrong = [(language, question, detect(question)) for language, question in QUESTIONS if detect(question) != language]
    assert len(QUESTIONS) >= 100
    assert all(found == "und" for _, _, found in wrong), "rather none than a wrong one"
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "Que va envoyer Berlin ?"),  # its small words are as Catalan as they are French
        ("fr", "que va envoyer Berlin"),
        ("fr", "Que dit Macron ?"),
        ("fr", "Qui paie ?"),
        ("en", "who pays"),
        ("es", "quien paga"),
        ("es", "Que dice Sánchez?"),
        ("de", "wer zahlt"),
    ],
)
def test_a_question_of_few_and_shared_small_words_is_read_by_all_that_speaks_for_it(
    language: str, question: str
) -> None:
    assert detect(question) == language


def test_hardly_a_question_in_another_language_is_taken_for_one_of_the_four() -> None:
    taken = [(language, text, detect(text)) for language, text in ELSEWHERE if detect(text) in {"en", "fr", "es", "de"}]
    assert len(ELSEWHERE) >= 60
    assert len(taken) <= 1, taken


@pytest.mark.parametrize("text", ["Patriot ?", "Kaja Kallas ?", "IRIS-T !"])
def test_a_french_space_says_nothing_about_a_name_alone(text: str) -> None:
    assert detect(text) == "und"


@pytest.mark.parametrize("text", ["", "  ", "42", "???", "Patriot", "Zelensky", "Kaja Kallas", "IRIS-T", "NATO?", "ok"])
def test_too_little_evidence_gives_the_fallback(text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, fallback="fr") == "fr"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Che cosa ha promesso la Germania all'Ucraina?"),
        ("pt", "O que a Alemanha prometeu à Ucrânia na reunião?"),
        ("nl", "Wat heeft Duitsland aan Oekraïne beloofd?"),
        ("pl", "Co Niemcy obiecały Ukrainie na spotkaniu?"),
        ("ro", "Ce a promis Germania Ucrainei vineri?"),
        ("uk", "Що Німеччина пообіцяла Україні?"),
        ("ru", "Что Германия пообещала Украине в пятницу?"),
        ("el", "Τι υποσχέθηκε η Γερμανία;"),
        ("ca", "Què ha promès Alemanya a la reunió de divendres?"),
        ("sv", "Vad lovade Tyskland på mötet i fredags?"),
        ("tr", "Almanya Ukrayna'ya ne söz verdi?"),
    ],
)
def test_other_languages_are_not_taken_for_the_four(language: str, text: str) -> None:
    assert detect(text) == language


def test_capitals_and_typographic_apostrophes_do_not_matter() -> None:
    assert detect("QU’A PROMIS L’ALLEMAGNE À L’UKRAINE ?") == "fr"
    assert detect("WHAT DID GERMANY PLEDGE?") == "en"


def test_an_article_is_judged_by_its_beginning_and_its_middle() -> None:
    french = "Le ministre a annoncé vendredi une nouvelle livraison de matériel à ses voisins. "
    english = "The minister announced a new delivery of material to its neighbours on Friday. "
    article = french * 40 + english * 4 + french * 40
    assert len(article) > 2 * SAMPLE
    assert detect(article) == "fr"
    assert detect("Le ministre | International\n\n" + english * 60) == "en"


def test_two_megabytes_take_no_longer_than_a_page() -> None:
    import time

    text = "Le ministre a annoncé vendredi une nouvelle livraison de matériel. " * 30_000
    detect(text)
    start = time.process_time()
    assert detect(text) == "fr"
    assert time.process_time() - start < 1


def test_codes_are_iso_639_1() -> None:
    assert all(len(code) == 2 and code.isascii() and code.islower() for code in LANGUAGES)
    assert {"en", "fr", "es", "de"} <= LANGUAGES


def test_a_plain_question_loads_no_model() -> None:
    code = (
        "import sys; from index.language import detect; "
        "print(detect('what did Germany pledge?'), detect('Qu\\'a promis l\\'Allemagne ?'), 'py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "en fr False\n"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the folder with the user's article is not here")
def test_the_users_article_is_french() -> None:
    assert detect(next(SEEDS.glob("*.txt")).read_text(encoding="utf-8")) == "fr"
