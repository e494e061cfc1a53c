"""How much a search in lists finds of what an exact search finds, with vectors of real texts and real questions.

The fewer vectors there are, the more of them are near the border of a list: a quarter of the lists, which finds 0.98 of
a hundred thousand vectors (docs/decisions/0134), finds less here, and half of them as much.
"""

import json
from pathlib import Path

import numpy as np

import index
from index.embedders.static import StaticEmbedder
from index.inverted_file import PROBED_SHARE, wanted_lists
from index.snapshot import empty_view
from index.vector_file import read_vector_file, write_inverted_file
from index.vectors import VectorView

WRITTEN = Path(index.__file__).parent / "training" / "reading" / "passages"
QUESTIONS = 500


def test_of_ten_nearest_sentences_lists_find_nearly_all(tmp_path: Path) -> None:
    passages = [json.loads(line) for file in sorted(WRITTEN.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    sentences = sorted({sentence for passage in passages for sentence in passage["sentences"]})
    questions = [question for passage in passages for _, question, _ in passage["questions"]]
    asked = [questions[number] for number in np.random.default_rng(0).permutation(len(questions))[:QUESTIONS]]
    embedder = StaticEmbedder()
    vectors = embedder.embed_passages(sentences).astype("<f2").astype(np.float32)
    keys = np.arange(1, len(vectors) + 1, dtype=np.int64)
    path = tmp_path / "vectors-1.faiss"
    file = write_inverted_file(path, [(keys, vectors)], lambda: vectors, len(vectors), 1)
    empty = empty_view(embedder.dimension)
    lists = read_vector_file(path, file, embedder.dimension)
    view = VectorView(1, file, lists, empty.recent_keys, empty.recent, frozenset(), file.last_key)
    assert lists.nlist == wanted_lists(len(vectors)) > 500
    recall = []
    for share in (1 / 2, PROBED_SHARE):
        lists.nprobe = round(lists.nlist * share)
        found = 0
        for question in embedder.embed_queries(asked):
            exact = keys[np.argsort(-(vectors @ question), kind="stable")[:10]]
            found += len({*view.search(question, 10)[0]} & {*exact.tolist()})
        recall.append(found / (10 * len(asked)))
    assert recall[0] >= 0.97
    assert recall[1] >= 0.9
