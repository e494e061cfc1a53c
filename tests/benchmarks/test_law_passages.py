"""The French administrative passages and the questions over them: unseen by training, as said, and not copied."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.law_passages import (
    LAWS,
    LONGEST,
    SET,
    SHORTEST,
    GoldMoved,
    administrative_passages,
    load_questions,
    text_hash,
)
from index.analysis import words
from index.training.pairs import Pair, is_held_out, key, split

PARALLEL = Path(__file__).parents[2].parent / "shared" / "data" / "parallel"


def french(number: int) -> str:
    """A sentence of 45 words that no other number's sentence holds."""
    spelled = str.maketrans("0123456789", "abcdefghij")
    return "Alors " + " ".join(f"mot{number:03}{place:02}".translate(spelled) for place in range(45)) + "."


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    """A folder with pairs of which about one in forty is held out, and some of those are no passages."""
    lines = [f"Subsection {number}\t{french(number)}" for number in range(600)]
    held = [number for number in range(600) if is_held_out(f"Subsection {number}", LAWS.held_out_one_in)]
    assert len(held) >= 6
    lines[held[0]] = f"Subsection {held[0]}\tTrop court."
    lines[held[1]] = lines[held[1]].rstrip(".") + ";"
    lines[held[2]] = lines[held[2]].replace("\tA", "\ta")
    lines[held[4]] = f"Subsection {held[4]}\t{french(held[3])[:-1]} encore."  # a near-copy of the one before
    lines.append(f"Another subsection\t{french(held[5])}")  # as English it would be trained on
    with gzip.open(tmp_path / LAWS.file, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return tmp_path


def test_passages_are_whole_sentences_of_held_out_pairs_and_no_near_copies(laws: Path) -> None:
    held = [number for number in range(600) if is_held_out(f"Subsection {number}", LAWS.held_out_one_in)]
    found = administrative_passages(laws)
    assert [pair.position for pair in found] == [held[3], *held[5:]]
    assert [pair.other for pair in found] == [french(number) for number in [held[3], *held[5:]]]


def test_no_passage_is_trained_on_under_any_english(laws: Path) -> None:
    passages = {key(pair.other) for pair in administrative_passages(laws)}
    trained = {key(pair.other) for pair in split(laws, [LAWS]).training}
    assert len(passages) > 3
    assert len(trained) > 500
    assert passages & trained == set()


def test_fewer_passages_are_spread_over_the_file(laws: Path) -> None:
    everything = administrative_passages(laws)
    assert administrative_passages(laws, 2) == [everything[0], everything[len(everything) // 2]]


def written(folder: Path, pair: Pair) -> Path:
    question = {"id": "q", "question": "Quoi ?", "language": "fr", "position": pair.position, "split": "dev"}
    file = folder / "set.jsonl"
    file.write_text(json.dumps({**question, "sha256": text_hash("Un texte.")}) + "\n", encoding="utf-8")
    return file


def test_a_question_is_given_for_its_own_text(tmp_path: Path) -> None:
    pair = Pair("A text.", "Un texte.", "fr", "laws", 7)
    [question] = load_questions([pair], "dev", written(tmp_path, pair))
    assert (question.position, question.question) == (7, "Quoi ?")
    assert load_questions([pair], "heldout", written(tmp_path, pair)) == []


@pytest.mark.parametrize(
    "given", [Pair("A text.", "Un autre.", "fr", "laws", 7), Pair("", "Un texte.", "fr", "laws", 8)]
)
def test_another_text_at_the_place_of_the_gold_is_noticed(tmp_path: Path, given: Pair) -> None:
    file = written(tmp_path, Pair("A text.", "Un texte.", "fr", "laws", 7))
    with pytest.raises(GoldMoved, match=r"q asks for line 7 of laws\.en-fr\.tsv\.gz"):
        load_questions([given], None, file)


def test_half_of_the_questions_in_each_language_are_held_out_and_a_passage_is_in_one_half() -> None:
    rows = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    assert Counter((row["language"], row["split"]) for row in rows) == {
        (language, half): 30 for language in ("en", "fr") for half in ("dev", "heldout")
    }
    assert len({row["id"] for row in rows}) == len({row["question"] for row in rows}) == 120
    halves = {row["position"]: row["split"] for row in rows}
    assert len(halves) == 60
    assert all(halves[row["position"]] == row["split"] for row in rows)


def test_every_question_of_the_set_has_its_passage_and_none_is_copied_from_it() -> None:
    """Five words in a row would be a copy and not a question."""
    if not PARALLEL.is_dir():
        pytest.skip("The legal pairs are not beside this checkout, in ../shared/data/parallel.")
    passages = administrative_passages(PARALLEL)
    assert len(passages) == 500
    assert all(SHORTEST <= len(pair.other) <= LONGEST for pair in passages)
    texts = {pair.position: f" {' '.join(words(pair.other))} " for pair in passages}
    for question in load_questions(passages):
        asked = words(question.question)
        runs = [" ".join(asked[start : start + 5]) for start in range(len(asked) - 4)]
        assert not any(f" {run} " in texts[question.position] for run in runs), question.id
