"""What an index in Milvus begins with: its collections, and the first state."""

import secrets
import time

from index.analysis import analysis_version
from index.derived import EmbedderRecord
from index.milvus import layout
from index.milvus.claim import Claim
from index.milvus.layout import Names
from index.milvus.server import MilvusServer
from index.milvus.states import COUNTED, State, View, log_row, read_view, state_row
from index.types import Embedder


def vector_index(server: MilvusServer) -> str:
    """The kind of index over the vectors: the one that the address names, else an exact one in Milvus Lite, whose other
    kinds lose hits under narrow filters, and the one that Milvus chooses itself elsewhere."""
    return server.address.vector_index or ("FLAT" if server.is_lite else "AUTOINDEX")


def create_space(server: MilvusServer, names: Names, state: State, kind: str) -> None:
    """The collections of a state's passages and words, which hold nothing yet."""
    server.create(names.passages(state.space), layout.passages(state.embedder.dimension), kind)
    server.create(names.words(state.space), layout.WORDS, kind)


def begin(server: MilvusServer, names: Names, embedder: Embedder | None, claim: Claim) -> View:
    """An index that holds nothing yet. Raises IndexMissing without an embedder."""
    if embedder is None:
        return read_view(server, names)
    record = EmbedderRecord(embedder.name, embedder.dimension, embedder.fingerprint)
    state = State(secrets.token_hex(8), 1, record, analysis_version())
    for name in names.spaces(server.collections()):  # of one that was begun and never published
        server.drop(name)
    create_space(server, names, state, vector_index(server))
    claim.check()
    server.write(names.log, [log_row(COUNTED, 1, 1, "")])
    server.write(names.log, [state_row(state)])
    return View(state, {}, time.monotonic())
