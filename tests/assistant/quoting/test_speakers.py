"""A sentence that only a pronoun says is quoted with the one that names who says it, in four languages."""

import pytest

from assistant.quoting.speakers import leaves_speaker_out, speaker_sentence
from index.types import Article, Span


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "He said that nobody came."),
        ("en", "They have also warned of delays."),
        ("en", "The bridge, she added, is old."),
        ("en", "The bridge, he joked, is young."),
        ("en", "The bridge is old, she said."),
        ("en", "“Nobody came,” he said."),
        ("en", "“Nobody came,” said he."),
        ("en", "According to him, nobody came."),
        ("en", "Nobody, in her words, came."),
        ("fr", "Elle a également annoncé un pont."),
        ("fr", "Il leur a dit que le pont était vieux."),
        ("fr", "« Personne n’est venu », a-t-il déclaré."),
        ("fr", "Le pont, explique-t-elle, est vieux."),
        ("fr", "Le pont est vieux, s’est-il plaint."),
        ("fr", "Selon lui, le pont est vieux."),
        ("fr", "À ses yeux, le pont est vieux."),
        ("es", "Dijo que el puente es viejo."),
        ("es", "Ella aseguró que nadie vino."),
        ("es", "«Nadie vino», afirmó."),
        ("es", "El puente, dijo a los periodistas, es viejo."),
        ("es", "Según él, nadie vino."),
        ("de", "Er sagte, niemand sei gekommen."),
        ("de", "„Niemand kam“, sagte sie."),
        ("de", "Niemand sei gekommen, so er."),
        ("de", "Die Brücke, wie er erklärte, ist alt."),
        ("de", "Ihm zufolge kam niemand."),
        ("de", "Das kündigte er am Freitag an."),
        ("und", "« Personne n’est venu », a-t-il déclaré."),
    ],
)
def test_a_pronoun_speaks(language: str, sentence: str) -> None:
    assert leaves_speaker_out(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The mayor said that nobody came."),
        ("en", "He crossed the bridge."),
        ("en", "When it rained, she stayed at home."),
        ("en", "“Nobody came,” said the mayor."),
        ("en", "When it rained, she left."),
        ("en", "In Lisbon, it rained."),
        ("fr", "La maire a dit que personne n’est venu."),
        ("fr", "Il traverse le pont."),
        ("fr", "Jamais, a dit la ministre, le pont n’a été si beau."),
        ("fr", "Selon les pompiers, le pont est vieux."),
        ("es", "La ministra, de visita, dijo que el puente es viejo."),
        ("es", "«Nadie vino», afirmó la ministra."),
        ("es", "Dijo la ministra que el puente es viejo."),
        ("es", "El puente es viejo, pero resiste."),
        ("de", "Der Rat sagte, niemand sei gekommen."),
        ("de", "Er überquerte die Brücke."),
        ("de", "Als es regnete, blieb sie zu Hause."),
        ("de", "Als es regnete, hat er getanzt."),
    ],
)
def test_somebody_is_named_or_nobody_speaks(language: str, sentence: str) -> None:
    assert not leaves_speaker_out(sentence, language)


def speaker(text: str, quote: str, language: str = "en", longest: int = 500, passage_start: int = 0) -> str | None:
    start = text.index(quote)
    found = speaker_sentence(Article("a", "", text, language), Span(start, start + len(quote)), passage_start, longest)
    if found is None:
        return None
    assert found.end == start
    return text[found.start : found.end].strip()


def test_the_sentence_before_names_the_speaker() -> None:
    text = "The mayor came late. The bridge, she said, is old. It rained."
    assert speaker(text, "The bridge, she said, is old.") == "The mayor came late."


def test_sentences_whose_subject_is_a_pronoun_are_passed_over() -> None:
    text = "It rained. The mayor came late. She was wet. The bridge, she said, is old."
    assert speaker(text, "The bridge, she said, is old.") == "The mayor came late. She was wet."


def test_nothing_is_taken_along_where_the_quote_names_who_speaks() -> None:
    assert speaker("The mayor came late. The driver said so.", "The driver said so.") is None


def test_nothing_is_taken_from_another_paragraph() -> None:
    assert speaker("The mayor came late.\nThe bridge, she said, is old.", "The bridge, she said, is old.") is None


def test_nothing_is_taken_that_does_not_fit() -> None:
    text = "The mayor came late. The bridge, she said, is old."
    assert speaker(text, "The bridge, she said, is old.", longest=len(text)) == "The mayor came late."
    assert speaker(text, "The bridge, she said, is old.", longest=len(text) - 1) is None


def test_nothing_is_taken_where_nobody_is_named() -> None:
    assert speaker("It rained. The bridge, she said, is old.", "The bridge, she said, is old.") is None


def test_the_speaker_may_stand_before_the_passage() -> None:
    text = "A town\n\nThe mayor came late. The bridge, she said, is old."
    quote = "The bridge, she said, is old."
    assert speaker(text, quote, passage_start=text.index(quote)) == "The mayor came late."


def test_of_two_sentences_the_first_must_name_the_speaker() -> None:
    text = "The mayor came late. The bridge is old. The tunnel, she said, is new."
    assert speaker(text, "The bridge is old. The tunnel, she said, is new.") is None
