"""The training's own parts: a clean split, honest examples, exact quantisation."""

import gzip
import random
from pathlib import Path

import numpy as np
import pytest

from index.training.examples import ExampleMaker
from index.training.lessons import garbled, misspelt
from index.training.pairs import Pair, Source, key, split
from index.training.passages import everyday_passages, passages
from index.training.projection import Projection
from index.training.static_folder import quantise
from index.training.student import extended_model, extended_tokenizer, starting_model
from index.training.teacher import batches_by_length, load_vectors, stored_texts, write_shard
from index.training.translations import translations


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
    words = ["".join(random.Random(number).choices("abcdefgh", k=9)) for number in range(200)]
    changed = garbled(" ".join(words), random.Random(1)).split()
    assert 150 < len(changed) < 220
    assert 0.9 < sum(word in words for word in changed) / len(changed) < 1.0
    assert changed != sorted(changed, key=lambda word: words.index(word) if word in words else 0)


def test_a_misspelt_word_lacks_a_letter_or_has_two_exchanged() -> None:
    for seed in range(50):
        changed = misspelt("artillerie", random.Random(seed))
        assert changed[0] == "a"
        assert len(changed) == 9 or sorted(changed) == sorted("artillerie")


def test_words_are_aligned_with_what_they_stand_for() -> None:
    dictionary = {"dog": "chien", "cat": "chat", "sees": "voit", "house": "maison", "red": "rouge", "the": "le"}
    generator = random.Random(4)
    english = [generator.sample(sorted(dictionary), 3) for _ in range(200)]
    other = [[dictionary[word] for word in text][::-1] for text in english]
    found = translations(english, other)
    assert {word: meant[0][0] for word, meant in found.items()} == {french: word for word, french in dictionary.items()}
    assert all(sum(share for _, share in meant) == pytest.approx(1.0) for meant in found.values())
    assert found["chien"][0][1] > 0.9


def test_law_passages_join_only_neighbours_and_every_text_once() -> None:
    pairs = [Pair(f"{place:03}" + "e" * 97, f"{place:03}f", "fr", "laws", place) for place in range(30) if place != 7]
    found = passages(pairs, shortest=200, longest=(350, 500))
    places = [[int(text[:3]) for text in pair.other.split()] for pair in found]
    assert all(place == list(range(place[0], place[0] + len(place))) for place in places)
    assert all(len(pair.english.replace(" ", "")) <= 500 for pair in found)
    joined = [place for passage in places for place in passage]
    assert len(joined) == len(set(joined))
    assert 7 not in joined
    assert [pair.english[:3] for pair in found] == [pair.other[:3] for pair in found]


def test_everyday_passages_join_the_same_sentences_on_both_sides() -> None:
    pairs = [Pair(f"e{number}", f"{language}{number}", language, f"tatoeba-{language}", number)
             for language in ("fr", "es") for number in range(20)]  # fmt: skip
    found = everyday_passages(pairs, count=5, seed=1)
    assert [pair.source for pair in found] == ["tatoeba-es-passages"] * 5 + ["tatoeba-fr-passages"] * 5
    for pair in found:
        assert [text[1:] for text in pair.english.split()] == [text[2:] for text in pair.other.split()]
        assert 3 <= len(pair.english.split()) <= 8


def test_stored_vectors_are_found_by_their_text_also_where_a_text_was_stored_twice(tmp_path: Path) -> None:
    first, second = (np.random.default_rng(seed).normal(size=(3, 4)).astype(np.float32) for seed in (1, 2))
    write_shard(tmp_path / "shard-00000.npy", ["a", "b", "c"], first)
    write_shard(tmp_path / "shard-00001.npy", ["b", "d", "e"], second)
    rows, vectors = load_vectors(tmp_path)
    for text, vector in {"a": first[0], "c": first[2], "b": second[0], "d": second[1], "e": second[2]}.items():
        np.testing.assert_allclose(vectors[rows[text]], vector, atol=2e-3)
    assert stored_texts(tmp_path) == {"a", "b", "c", "d", "e"}


def test_a_shard_with_fewer_vectors_than_texts_is_named(tmp_path: Path) -> None:
    write_shard(tmp_path / "shard-00000.npy", ["a", "b"], np.zeros((1, 4), dtype=np.float32))
    with pytest.raises(ValueError, match=r"shard-00000\.npy holds 1 vectors of 2 texts"):
        load_vectors(tmp_path)


def test_new_words_start_from_the_english_that_they_stand_for() -> None:
    words = {"obusier": [("cannon", 0.75), ("gun", 0.25)], "zorglub": []}
    tokenizer = extended_tokenizer(words)
    model = extended_model(tokenizer, words)
    rows = model.get_input_embeddings().weight.detach().numpy()
    number = tokenizer.token_to_id
    expected = 0.75 * rows[number("cannon")] + 0.25 * rows[number("gun")]
    np.testing.assert_allclose(rows[number("obusier")], expected, atol=1e-6)
    parts = extended_tokenizer(()).encode("zorglub", add_special_tokens=False).ids
    np.testing.assert_allclose(rows[number("zorglub")], rows[parts].mean(0), atol=1e-6)
    assert tokenizer.encode("obusier", add_special_tokens=False).tokens == ["obusier"]


def test_a_smaller_student_keeps_the_layers_that_were_asked_for() -> None:
    whole = starting_model(extended_tokenizer(()), {}, None, "")
    small = starting_model(extended_tokenizer(()), {}, None, "0,5")
    assert (len(whole.encoder.layer), len(small.encoder.layer), small.config.num_hidden_layers) == (6, 2, 2)
    for kept, place in zip(small.encoder.layer, (0, 5), strict=True):
        original = whole.encoder.layer[place].output.dense.weight
        np.testing.assert_array_equal(kept.output.dense.weight.detach(), original.detach())
