"""The articles of the whole benchmark, and that the gold of each query is the article that holds its answer."""

import gzip
from pathlib import Path

import pytest

from benchmarks.law_articles import PAIRS
from benchmarks.whole.collection import LATER, LAWS, MOST_PARAGRAPHS, write_collection
from index.training.pairs import is_held_out

SECTIONS = 400


def write_pairs(folder: Path) -> dict[str, str]:
    """Sections of a marginal note and a paragraph each, every fourth note being the same; English -> French."""
    pairs = []
    for number in range(SECTIONS):
        shown = 0 if number % 4 == 0 else number
        pairs.append((f"Note of {shown}", f"Une note marginale {chr(97 + shown // 26)}{chr(97 + shown % 26)}"))
        english = f"Paragraph {number} says what nobody has read before it was written."
        pairs.append((english, f"Paragraphe {number}, que personne n’a jamais lu avant qu’il ne fût écrit ici."))
    (folder / PAIRS).parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / PAIRS, "wt", encoding="utf-8") as file:
        file.writelines(f"{english}\t{french}\n" for english, french in pairs)
    return dict(pairs)


def test_english_queries_are_held_out_sentences_and_their_gold_holds_the_french(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path)
    made = write_collection(tmp_path, tmp_path / "made", 40, 6)
    asked = [query for query in made["queries"] if query["language"] == "english"]
    assert asked
    for query in asked:
        assert is_held_out(query["text"], LAWS.held_out_one_in)
        text = (tmp_path / "made" / "articles" / query["gold"]).read_text(encoding="utf-8")
        assert pairs[query["text"]] in text
        assert query["text"] not in text


def test_french_queries_are_notes_of_one_section_and_their_gold_holds_it(tmp_path: Path) -> None:
    notes = list(write_pairs(tmp_path).values())
    made = write_collection(tmp_path, tmp_path / "made", 40, 6)
    asked = [query for query in made["queries"] if query["language"] == "french"]
    assert len(asked) == 6
    articles = {file.relative_to(tmp_path / "made" / "articles").as_posix(): file.read_text(encoding="utf-8")
                for file in (tmp_path / "made" / "articles").rglob("*.txt")}  # fmt: skip
    for query in asked:
        assert query["text"] != "Une note marginale aa", "it stands before several sections"
        section = notes[notes.index(query["text"]) + 1]
        assert [name for name, text in articles.items() if section in text] == [query["gold"]]
        assert not any(query["text"] in text for text in articles.values())


def test_no_paragraph_is_in_two_articles_and_later_ones_are_kept_apart(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    made = write_collection(tmp_path, tmp_path / "made", 40, 6)
    articles = sorted((tmp_path / "made" / "articles").rglob("*.txt"))
    later = sorted((tmp_path / "made" / "later").rglob("*.txt"))
    assert (len(articles), len(later)) == (40, LATER)
    paragraphs = [text for file in [*articles, *later] for text in file.read_text("utf-8").strip().split("\n\n")[1:]]
    assert len(paragraphs) == len(set(paragraphs)) == (40 + LATER) * MOST_PARAGRAPHS
    for article in made["later"]:
        assert article["quote"] in (tmp_path / "made" / "later" / article["id"]).read_text(encoding="utf-8")


def test_many_articles_have_fewer_paragraphs_and_too_many_are_told(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    assert write_collection(tmp_path, tmp_path / "made", 150, 6)["paragraphs_an_article"] == 2
    with pytest.raises(ValueError, match="too few for 503 articles"):
        write_collection(tmp_path, tmp_path / "more", 500, 6)


def test_there_are_at_most_half_as_many_queries_as_articles_and_they_are_the_same_again(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    one = write_collection(tmp_path, tmp_path / "one", 4, 100)
    assert [query["language"] for query in one["queries"]].count("french") == 2
    assert one == write_collection(tmp_path, tmp_path / "other", 4, 100)
