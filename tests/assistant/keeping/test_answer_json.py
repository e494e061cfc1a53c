"""An answer comes back from JSON as it was, and from the JSON of other versions as far as they agree."""

import json
from dataclasses import replace

import pytest

from assistant.keeping.answer_json import from_json, to_json
from assistant.types import Answer


def test_an_answer_comes_back_as_it_was(answer: Answer, written_answer: Answer) -> None:
    for each in (answer, written_answer, replace(answer, question="lone \ud83d surrogate", notices=("one",))):
        assert from_json(to_json(each)) == each


def test_fields_that_are_not_known_or_not_there_do_not_matter(written_answer: Answer) -> None:
    record = json.loads(to_json(written_answer))
    record["invented_later"] = 7
    record["citations"][0]["invented_later"] = 7
    del record["notices"], record["timings_ms"]
    assert from_json(json.dumps(record)) == replace(written_answer, timings_ms={})


@pytest.mark.parametrize("text", ["", "7", "{}", '{"citations": [{}]}', '{"citations": 7}'])
def test_what_is_no_answer_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_json(text)
