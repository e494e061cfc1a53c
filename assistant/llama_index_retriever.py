"""Our search as a retriever of LlamaIndex; the only place where hits become LlamaIndex's nodes.

Importing this module imports LlamaIndex, which nothing else of the program needs; so nothing else imports it.
"""

import asyncio

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from index.language import detect
from index.protocols import PassageIndex
from index.types import Article, Hit

SHOWN_TO_MODELS = ("title", "date")
"""Metadata that a language model may find useful; the rest is for programs."""


class LocalIndexRetriever(BaseRetriever):
    """Gives the `k` best passages of an index, best first. May be used by several threads at once.

    Only the words of a query are used, not an embedding that it may carry: that is of another embedder. Raises
    QueryRefused for an empty or too long query, and the errors of the index.
    """

    def __init__(self, index: PassageIndex, k: int = 10) -> None:
        super().__init__()
        self._index = index
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle.query_str
        with self._index.snapshot() as snapshot:
            hits = snapshot.search(query, self._k, detect(query))
            return [node_with_score(hit, snapshot.article(hit.passage.article)) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def node_with_score(hit: Hit, article: Article) -> NodeWithScore:
    """The hit as a node whose id is the same in every search, and whose score is the fused one, higher is better.

    `metadata` holds `article`, `title`, `date`, `url`, `language`, `start` and `end`: the text of the node is
    `article.text[start:end]`. `date` and `url` are None where the article has none.
    """
    passage = hit.passage
    metadata = {
        "article": article.id,
        "title": article.title,
        "date": article.date,
        "url": article.url,
        "language": passage.language,
        "start": passage.start,
        "end": passage.end,
    }
    node = TextNode(
        id_=f"{article.id}:{passage.start}-{passage.end}",
        text=passage.text,
        metadata=metadata,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=[key for key in metadata if key not in SHOWN_TO_MODELS or not metadata[key]],
    )
    return NodeWithScore(node=node, score=hit.score)
