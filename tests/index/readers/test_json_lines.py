"""JSON Lines: one article on each line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index.readers import ReadLimits

if TYPE_CHECKING:
    from tests.index.readers.conftest import Shelf


def test_records_become_articles_with_all_fields(shelf: Shelf) -> None:
    record = {
        "id": 7,
        "headline": "Quatre systèmes",
        "body": "Le ministre a parlé.\nDeux fois.",
        "datePublished": "2025-04-11T18:00:00Z",
        "lang": "fr",
        "link": "https://example.org/7",
        "authors": [{"name": "A. Un"}, "B. Deux"],
        "groups": ["redaction"],
    }
    article = shelf.article(shelf.write("a.jsonl", json.dumps(record) + "\n"))
    assert article.id == "7"
    assert article.title == "Quatre systèmes"
    assert article.text == "Le ministre a parlé.\nDeux fois."
    assert article.date == "2025-04-11"
    assert article.language == "fr"
    assert article.url == "https://example.org/7"
    assert article.author == "A. Un, B. Deux"
    assert article.groups == ("redaction",)


def test_a_missing_id_is_the_file_and_the_line(shelf: Shelf) -> None:
    shelf.write("sub/a.jsonl", '{"text": "Premier."}\n\n{"text": "Second."}')
    articles, problems = shelf.read()
    assert problems == []
    assert [(a.id, a.text) for a in articles] == [("sub/a.jsonl#1", "Premier."), ("sub/a.jsonl#3", "Second.")]


def test_malformed_lines_are_named_and_the_others_are_read(shelf: Shelf) -> None:
    lines = [
        '{"id": "a", "text": "Un."}',
        '{"id": "b", "text": "cut',
        "[1, 2]",
        '{"id": "c"}',
        "[" * 100_000,
        '{"id": "d", "text": 5}',
        '{"id": "e", "text": "  "}',
        '{"id": "f", "text": "Deux.", "groups": 3}',
        '{"id": "g", "text": "Trois \\ud800."}',
    ]
    path = shelf.write("a.jsonl", "\n".join(lines))
    articles, problems = shelf.read(path)
    assert [a.id for a in articles] == ["a", "g"]
    assert articles[1].text == "Trois \ufffd."
    assert [p.where for p in problems] == [f"{path}, line {n}" for n in (2, 3, 4, 5, 6, 7, 8, 9)]
    assert "not JSON" in problems[0].what
    assert "not an object" in problems[1].what
    assert "no field with the text (its fields: id)" in problems[2].what
    assert "access groups" in problems[6].what


def test_a_record_above_the_limit_is_passed_over(shelf: Shelf) -> None:
    long = json.dumps({"id": "long", "text": "x" * 5_000})
    path = shelf.write("a.jsonl", long + '\n{"id": "short", "text": "Court."}\n')
    articles, problems = shelf.read(path, limits=ReadLimits(max_bytes=1_000))
    assert [a.id for a in articles] == ["short"]
    assert [p.where for p in problems] == [f"{path}, line 1"]
    assert "1,000" in problems[0].what


def test_a_file_may_be_larger_than_the_limit_of_one_record(shelf: Shelf) -> None:
    path = shelf.write("a.jsonl", "".join(json.dumps({"id": str(n), "text": "Un texte."}) + "\n" for n in range(200)))
    articles, problems = shelf.read(path, limits=ReadLimits(max_bytes=100))
    assert len(articles) == 200
    assert problems == []


def test_other_encodings_are_read(shelf: Shelf) -> None:
    line = '{"id": "a", "text": "L’été à Orléans, près du fleuve où l’on dîne."}\n'
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        article = shelf.article(shelf.write(f"{encoding}.jsonl", line.encode(encoding)))
        assert article.text == "L’été à Orléans, près du fleuve où l’on dîne."


def test_the_encoding_may_show_late_in_the_file(shelf: Shelf) -> None:
    plain = '{"text": "Plain words only, many of them."}\n' * 30_000
    content = plain.encode() + '{"text": "L’été à Orléans, près du fleuve."}\n'.encode("cp1252")
    articles, problems = shelf.read(shelf.write("a.jsonl", content))
    assert problems == []
    assert articles[-1].text == "L’été à Orléans, près du fleuve."
