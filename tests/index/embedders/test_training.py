"""The training's own parts: a clean split, honest examples, exact quantisation."""

import gzip
import random
from pathlib import Path

import numpy as np
import pytest

from index.training.distill import garbled
from index.training.examples import ExampleMaker
from index.training.pairs import Pair, Source, key, split
from index.training.projection import Projection
from index.training.static_folder import quantise
from index.training.teacher import batches_by_length


def _write(folder: Path, name: str, lines: list[str]) -> None:
    with gzip.open(folder / name, "wt", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, list[Source]]:
    generator = random.Random(3)
    words = ["peace", "war", "school", "train", "river", "letter", "garden", "king", "bread", "winter"]
    french = dict(zip(words, ["paix", "guerre", "école", "train", "fleuve", "lettre", "jardin", "roi", "pain", "hiver"],
                      strict=True))  # fmt: skip
    for name in ("a", "b"):
        lines = []
        for _ in range(800):
            chosen = generator.choices(words, k=3)
            lines.append(" ".join(chosen) + ".\t" + " ".join(french[word] for word in chosen))
        _write(tmp_path, f"{name}.tsv.gz", ["no pair", "\tempty", *lines])
    return tmp_path, [Source("a", "a.tsv.gz", "fr", "test", 5), Source("b", "b.tsv.gz", "fr", "test", 7)]


def test_training_and_held_out_share_no_text_on_either_side(sources: tuple[Path, list[Source]]) -> None:
    found = split(*sources)
    training = {key(text) for pair in found.training for text in (pair.english, pair.other)}
    held_out = {key(text) for pair in found.held_out for text in (pair.english, pair.other)}
    assert len(found.training) > 500
    assert len(found.held_out) > 100
    assert not training & held_out


def test_split_depends_on_the_texts_alone(sources: tuple[Path, list[Source]]) -> None:
    folder, both = sources
    again = split(folder, both[::-1])
    assert {pair.english for pair in again.held_out} == {pair.english for pair in split(folder, both).held_out}


def test_held_out_pairs_are_one_to_one_within_a_source(sources: tuple[Path, list[Source]]) -> None:
    held_out = split(*sources).held_out
    english = [(pair.source, key(pair.english)) for pair in held_out]
    other = [(pair.source, key(pair.other)) for pair in held_out]
    assert len(set(english)) == len(english)
    assert len(set(other)) == len(other)


def test_key_folds_case_accents_and_punctuation() -> None:
    assert key("L’École, 21 000 élèves !") == key("l'ecole 21000 eleves") == "lecole21000eleves"


def test_plain_examples_hold_both_sides_of_one_pair_and_its_teacher_row() -> None:
    pairs = [Pair(f"text {n}", f"texte {n}", language, f"tatoeba-{language}", n)
             for n, language in enumerate(("fr", "es", "de") * 4)]  # fmt: skip
    english = [np.array([n, 100 + n], dtype=np.int32) for n in range(12)]
    other = [np.array([200 + n, 300 + n], dtype=np.int32) for n in range(12)]
    maker = ExampleMaker(pairs, english, other, list(range(50, 62)), seed=1, dropped=0.0, joined=0.0, headings=0.0)
    for _ in range(100):
        example = maker.draw(law_share=0.0)
        number = int(example.left[0])
        assert example.left.tolist() == [number, 100 + number]
        assert example.right.tolist() == [200 + number, 300 + number]
        assert example.left_teacher == example.right_teacher == 50 + number


def test_headings_are_paired_with_the_section_under_them() -> None:
    section = "The Minister may, in writing, fix the fees that are to be paid for a permit under this Act, and " * 2
    pairs = [
        Pair("Fees for permits", "Droits", "fr", "laws", 7),
        Pair(section, "Le ministre", "fr", "laws", 8),
        Pair("Another title", "Titre", "fr", "laws", 9),
        Pair(section, "Le ministre", "fr", "laws", 11),
    ]
    tokens = [np.array([n], dtype=np.int32) for n in range(4)]
    maker = ExampleMaker(pairs, tokens, tokens, [-1] * 4, seed=1, headings=1.0)
    drawn = [maker.draw() for _ in range(50)]
    assert {(int(example.left[0]), int(example.right[0])) for example in drawn} == {(0, 1)}


def test_quantised_rows_are_within_half_a_step() -> None:
    rows = np.random.default_rng(5).normal(size=(50, 16)).astype(np.float32)
    rows[3] = 0.0
    quantised, scales = quantise(rows)
    assert quantised.dtype == np.int8
    assert (np.abs(quantised * scales[:, None] - rows) <= scales[:, None] * 0.5001).all()
    assert not quantised[3].any()


def test_projection_keeps_the_plane_in_which_the_vectors_differ() -> None:
    generator = np.random.default_rng(6)
    plane = np.linalg.qr(generator.normal(size=(8, 2)))[0]
    vectors = (generator.normal(size=(200, 2)) @ plane.T + 3.0).astype(np.float32)
    projected = Projection.fit(vectors, 2).apply(vectors)
    centred = vectors - vectors.mean(0)
    expected = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(projected @ projected.T, expected @ expected.T, atol=1e-4)


def test_batches_hold_every_text_once_within_the_limit() -> None:
    lengths = [5, 80, 3, 12, 40, 7, 7, 100]
    order = sorted(range(8), key=lambda place: -lengths[place])
    batches = list(batches_by_length(order, lengths, 100))
    assert [place for batch in batches for place in batch] == order
    assert all(len(batch) == 1 or len(batch) * lengths[batch[0]] <= 100 for batch in batches)


def test_garbled_text_keeps_most_words_and_changes_order() -> None:
    text = " ".join(f"mot{number}" for number in range(200))
    changed = garbled(text, random.Random(1)).split()
    assert set(changed) <= set(text.split())
    assert 150 < len(changed) < 220
    assert changed != sorted(changed, key=lambda word: int(word[3:]))
