"""Records to articles: what the fields may be called."""

import pytest

from index.readers.problems import Unreadable
from index.readers.records import FIELDS, describe, draft_from, recognised


@pytest.mark.parametrize("synonym", [name for names in FIELDS.values() for name in names])
def test_every_synonym_is_recognised_in_any_spelling(synonym: str) -> None:
    field = next(field for field, names in FIELDS.items() if synonym in names)
    for spelling in (synonym, synonym.upper(), synonym.replace("_", "-"), synonym.title().replace("_", "")):
        assert recognised((spelling,)) == {field: spelling}


def test_no_synonym_stands_for_two_fields() -> None:
    names = [name for synonyms in FIELDS.values() for name in synonyms]
    assert len(names) == len(set(names))


def test_the_preferred_name_wins() -> None:
    assert draft_from({"content": "b", "body": "a"}).text == "a"
    assert draft_from({"Text": "first", "text": "second"}).text == "first"


def test_a_list_of_paragraphs_is_a_text() -> None:
    assert draft_from({"text": ["Un.", "Deux."]}).text == "Un.\n\nDeux."


@pytest.mark.parametrize("record", [{}, {"id": "a"}, {"text": None}, {"text": 3}, {"text": [1]}, {"text": {"a": "b"}}])
def test_a_record_without_text_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        draft_from(record)


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("a", ("a",)),
        ("a, b;c|a", ("a", "b", "c")),
        ([" a ", "b"], ("a", "b")),
    ],
)
def test_access_groups(value: object, groups: tuple[str, ...]) -> None:
    assert describe({"groups": value}).groups == groups


@pytest.mark.parametrize("value", [3, True, {"a": 1}, [1], [["a"]]])
def test_access_groups_that_cannot_be_understood_refuse_the_record(value: object) -> None:
    with pytest.raises(Unreadable, match="groups"):
        describe({"groups": value})


def test_nonsense_in_other_fields_says_nothing() -> None:
    draft = describe({"title": ["x"], "id": {}, "language": True, "date": [], "url": None, "author": 1.5, 7: "x"})
    assert (draft.title, draft.id, draft.language, draft.date, draft.url, draft.author) == (
        "",
        "",
        "",
        None,
        None,
        "1.5",
    )
