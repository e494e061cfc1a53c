"""What a search found as the object that programs get: from `search --json` and from the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from index.types import Hit


def found_as_json(query: str, hits: Sequence[Hit], titles: Mapping[str, str]) -> dict[str, Any]:
    """The hits as plain values, best first; `titles` maps the ids of their articles to titles."""
    return {
        "query": query,
        "hits": [
            {
                "article": hit.passage.article,
                "title": titles[hit.passage.article],
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "score": hit.score,
            }
            for hit in hits
        ],
    }
