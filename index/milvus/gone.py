"""Rows of articles that were removed: how long they stay in Milvus, and when they are deleted."""

import time

from index.milvus.layout import Names
from index.milvus.server import MilvusServer
from index.milvus.states import Gone, State

GONE_AFTER_SECONDS = 60.0
"""They stay for so long, for readers who began to answer before."""

MOST_GONE = 2_000
"""Versions of articles that wait to be deleted; a state lists them, and every search leaves them out."""

KEPT_CHANGES = 1_000
"""Generations whose changes can be read; older ones are forgotten."""


def delete_gone(server: MilvusServer, names: Names, state: State) -> tuple[Gone, ...]:
    """Deletes what no reader needs any more, with the changes that are too old, and returns what still waits.

    Raises IndexUnreachable.
    """
    kept: list[Gone] = []
    versions: list[int] = []
    waiting = 0
    for each in reversed(state.gone):
        waiting += len(each.versions)
        if time.time() - each.at > GONE_AFTER_SECONDS or waiting > MOST_GONE:
            versions += each.versions
        else:
            kept.append(each)
    if versions:
        server.delete(names.passages(state.space), f"version in {sorted(versions)}")
        server.delete(names.articles, f"version in {sorted(versions)}")
        server.delete(names.changes, f"born < {state.generation - KEPT_CHANGES}")
    return tuple(reversed(kept))
