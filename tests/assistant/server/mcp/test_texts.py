"""As text for a language model, everything stands that it needs to cite and to read on."""

from dataclasses import replace

from assistant.server.mcp.objects import PartObject, ReadBody
from assistant.server.mcp.texts import answer_text, found_text, part_text
from index.types import Article, Span
from tests.fakes import answer_of, cite

HARBOUR = Article(
    "harbour", "Harbour", "The harbour opens in May. It rains.", "en", "2025-01-02", url="https://a.example/h"
)


def test_an_answer_has_its_quotes_with_their_places() -> None:
    answer = answer_of("When?", "In May. [1]", [cite(HARBOUR, "The harbour opens in May.")])
    assert answer_text(replace(answer, notices=("Quoted only.",))) == (
        "In May. [1]\n\nQuoted only.\n\nSources, word for word:\n\n"
        "[1] Harbour (article harbour, characters 0 to 25), 2025-01-02, https://a.example/h\n"
        "“The harbour opens in May.”"
    )


def test_where_the_articles_do_not_tell_the_quotes_are_called_the_nearest() -> None:
    near = answer_of("Why?", "The articles do not tell.", [cite(HARBOUR, "It rains.")], abstained=True)
    assert "do not tell.\n\nThe nearest passages:\n\n[1] Harbour" in answer_text(near)
    assert answer_text(answer_of("Why?", "The articles do not tell.", abstained=True)) == "The articles do not tell."


def test_found_passages_are_numbered() -> None:
    hit = {"article": "harbour", "title": "Harbour", "start": 26, "end": 35, "text": "It rains.", "score": 1.0}
    assert found_text({"hits": [hit]}) == "1. Harbour (article harbour, characters 26 to 35)\nIt rains."
    assert found_text({"hits": []}) == "Nothing was found."


def test_a_part_says_what_it_is_and_how_to_read_on() -> None:
    spans = [Span(0, 25), Span(26, 35)]
    part = PartObject.of(HARBOUR, spans, 7, ReadBody(article="harbour", length=10))
    assert (part.text, part.next_start, part.passages[0].anchor, len(part.passages)) == ("The harbou", 10, "0-25", 1)
    assert part_text(part).endswith(
        "The harbou\n\nCharacters 0 to 10 of 35. The article goes on: read it with start=10."
    )
    assert "id: harbour\ndate: 2025-01-02\nlanguage: en\nurl: https://a.example/h" in part_text(part)
    rest = PartObject.of(HARBOUR, spans, 7, ReadBody(article="harbour", start=30, length=100))
    assert (rest.text, rest.start, rest.end, rest.next_start, rest.passages) == ("ains.", 30, 35, None, [])
    beyond = PartObject.of(HARBOUR, spans, 7, ReadBody(article="harbour", start=99))
    assert (beyond.text, beyond.start, beyond.end, beyond.next_start) == ("", 35, 35, None)
