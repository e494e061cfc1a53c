"""Exact match and F1 against the rules of SQuAD, on thousands of random answers, and examples worked by hand."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases import Check, CheckKind
from eval.metrics.answers import exact_match, f1, fulfilled, normalised

PIECES = [
    *("the", "The", "a", "An", "an", "bridge", "Bridge", "costs", "4", "million", "theatre", "can't", "l'eau", "U.S."),
    *(",", ".", "!", "-", "--", "(", ")", "$5", "3.5%", "“", "”", "–", "état", "ÉTAT", "ß", "İ", "\u00a0", "\t", ""),
]


def by_squads_rules(text: str) -> str:
    """Lower case; the 32 ASCII punctuation characters gone; a, an, the as whole words gone; single spaces."""
    for sign in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
        text = text.lower().replace(sign, "")
    return re.sub(r"\s+", " ", re.sub(r"\b(a|an|the)\b", " ", text)).strip()


def f1_by_squads_rules(said: str, wanted: str) -> float:
    words, others = by_squads_rules(said).split(), by_squads_rules(wanted).split()
    if not words or not others:
        return float(words == others)
    shared, left = 0, list(others)
    for word in words:
        if word in left:
            left.remove(word)
            shared += 1
    if not shared:
        return 0.0
    precision, recall = shared / len(words), shared / len(others)
    return 2 * precision * recall / (precision + recall)


def test_random_answers_score_as_by_the_rules_of_squad() -> None:
    chance = random.Random(3)
    differing = 0
    for _ in range(5000):
        said = " ".join(chance.choices(PIECES, k=chance.randint(0, 8)))
        right = [" ".join(chance.choices(PIECES, k=chance.randint(0, 6))) for _ in range(chance.randint(0, 4))]
        wanted = [text for text in right if by_squads_rules(text)] or [""]
        assert exact_match(said, right) == max(float(by_squads_rules(said) == by_squads_rules(one)) for one in wanted)
        assert f1(said, right) == pytest.approx(max(f1_by_squads_rules(said, one) for one in wanted))
        differing += 0 < f1(said, right) < 1
    assert differing > 500  # the cases do try what lies between


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_normalised_as_by_the_rules_of_squad(text: str) -> None:
    assert normalised(text) == by_squads_rules(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "fr", "es", "de", "zh", "th", "ar", "und"]))
def test_an_answer_is_right_against_itself_in_every_language(text: str, language: str) -> None:
    assert exact_match(text, [text], language) == 1
    assert f1(text, [text], language) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The bridge's cost: $4 million.", "en", "bridges cost 4 million"),
        ("L’Allemagne, l'Ukraine et les États-Unis", "fr", "allemagne ukraine et étatsunis"),
        ("« une école d’ingénieurs du Nord »", "fr", "école d ingénieurs nord"),
        ("La una", "fr", "una"),
        ("¿El puente de los Reyes?", "es", "puente de reyes"),
        ("„Der Preis“ des Brotes", "de", "preis brotes"),
        ("the der le", "de", "the le"),
        ("黑豹队 308分。", "zh", "黑 豹 队 308 分"),
        ("les", "it", "les"),
    ],
)
def test_articles_and_punctuation_are_those_of_the_language(text: str, language: str, words: str) -> None:
    assert normalised(text, language) == words


def test_f1_worked_by_hand() -> None:
    assert f1("four new systems", ["four IRIS-T systems", "systems"]) == pytest.approx(2 / 3)
    assert f1("nothing of it", ["four systems"]) == 0
    assert f1("quatre systèmes", ["les quatre systèmes IRIS"], "fr") == pytest.approx(2 * 2 / (2 + 3))
    assert f1("dog dog cat", ["dog dog dog"]) == pytest.approx(2 / 3)  # words count as often as they are in both


def test_where_nothing_is_right_only_silence_is() -> None:
    assert (exact_match("", []), f1("", [])) == (1, 1)
    assert (exact_match("the", []), f1("a", [])) == (1, 1)
    assert (exact_match("Paris", []), f1("Paris", [])) == (0, 0)
    assert (exact_match("", ["Paris"]), f1("", ["Paris"])) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "values", "passes"),
    [
        ("equals", ("Paris is it.",), True),
        ("equals", ("Paris",), False),
        ("contains", ("Paris",), True),
        ("contains", ("paris",), False),
        ("icontains", ("paris",), True),
        ("contains-any", ("Rome", "Paris"), True),
        ("contains-any", ("Rome", "Oslo"), False),
        ("contains-all", ("is", "Paris"), True),
        ("contains-all", ("Rome", "Paris"), False),
        ("icontains-any", ("rome", "PARIS"), True),
        ("icontains-all", ("IT", "PARIS"), True),
        ("icontains-all", ("rome", "PARIS"), False),
        ("regex", (r"P\w+s\b",), True),
        ("regex", (r"^\d",), False),
        ("starts-with", ("Par",), True),
        ("starts-with", ("is",), False),
    ],
)
def test_checks_are_passed_or_not_and_their_opposites(kind: CheckKind, values: tuple[str, ...], passes: bool) -> None:
    assert fulfilled(" Paris is it.".strip(), Check(kind, values)) is passes
    assert fulfilled("Paris is it.", Check(kind, values, negated=True)) is not passes


def test_the_pieces_make_every_rule_matter() -> None:
    assert Counter(map(bool, map(by_squads_rules, PIECES)))[False] > 8
