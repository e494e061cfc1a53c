"""Sets that were damaged anywhere: never an error, always a word about it or a set as good as before."""

import json
import random
from pathlib import Path

import pytest

from eval.errors import FormatUnknown
from eval.formats.choose import read_set

CONTEXT = "The bridge opens in May. It cost 4 million euros."
QUESTION = {"id": "q", "question": "what did it cost?", "answers": [{"text": "4 million", "answer_start": 33}]}
SQUAD = {"version": "2", "data": [{"title": "T", "paragraphs": [{"context": CONTEXT, "qas": [QUESTION]}]}] * 2}
RAGAS = [{"user_input": [{"type": "human", "content": "what?"}], "reference": "x", "reference_contexts": [CONTEXT]}]
LINES = [
    {"id": "1", "question": "what?", "gold": [{"article": "a", "quote": "It cost"}], "answers": ["x"]},
    {"id": "2", "turns": [{"question": "who?", "gold": [{"article": "a", "start": 1, "end": 4}]}]},
]
TOPICS = "<top>\n<num> Number: 1\n<title> bridges\n</top>\n<top><num>2<title>quays</top>\n"

WHOLE: dict[str, dict[str, str]] = {
    "squad": {"set.json": json.dumps(SQUAD, indent=1)},
    "ragas": {"set.json": json.dumps(RAGAS)},
    "jsonl": {"set.jsonl": "\n".join(map(json.dumps, LINES))},
    "promptfoo": {"set.csv": 'question,__expected,__expected2\n"what, and who?",contains-any: a,regex: x+\nwhy?,no,\n'},
    "beir": {
        "queries.jsonl": '{"_id": "1", "text": "what?"}\n',
        "corpus.jsonl": '{"_id": "d", "title": "T", "text": "It cost 4 million."}\n',
        "qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\td\t1\n",
    },
    "trec": {"topics.txt": TOPICS, "qrels.txt": "1 0 a 1\n2 0 b%20c 2\n"},
}
PIECES = [
    b"",
    b"\x00",
    b"\xff",
    b'"',
    b"{",
    b"]",
    b"\n",
    b"\r",
    b"\t",
    b",",
    b"null",
    b"9" * 400,
    b"-1",
    b"1e999",
    b"<",
    "é".encode(),
]


def damaged(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 20, 10_000]))
        data = data[:start] + chance.choice(PIECES) + data[end:]
    return data


@pytest.mark.parametrize("format_name", WHOLE)
def test_a_damaged_set_is_never_an_error(format_name: str, tmp_path: Path) -> None:
    chance = random.Random(17)
    files = WHOLE[format_name]
    told = 0
    for _ in range(300):
        hit = chance.choice(list(files))
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            data = text.encode()
            (tmp_path / name).write_bytes(damaged(chance, data) if name == hit else data)
        path = tmp_path if len(files) > 1 else tmp_path / hit
        named = read_set(path, format_name)
        assert all(case.turns and all(turn.question for turn in case.turns) for case in named.cases)
        assert named.cases or named.problems
        told += bool(named.problems)
        try:
            guessed = read_set(path)
        except FormatUnknown:
            continue
        assert guessed.cases or guessed.problems
    assert told > 100
