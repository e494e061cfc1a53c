"""Our index in a pipeline of LlamaIndex, with a scripted model and no network."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import PromptTemplate, QueryBundle, get_response_synthesizer
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode

from assistant.llama_index_retriever import LocalIndexRetriever, node_with_score
from index.embedders.static import StaticEmbedder
from index.errors import QueryRefused
from index.language import detect
from index.local_index import LocalIndex
from index.types import Article, Hit, Passage
from index.writer import IndexWriter

ARTICLES = [
    Article(
        "fr/quai.txt",
        "Un nouveau quai",
        "Un nouveau quai\n\nLe port de Kerlann construit un quai. Les travaux du port coûtent 12 millions d'euros.",
        "fr",
        date="2024-03-02",
        url="https://kerlann.example/quai",
    ),
    Article("en/library.txt", "The library", "The library\n\nThe library of Ashby opens on Sundays from May on.", "en"),
    Article("de/bahn.txt", "Die Bahn", "Die Bahn\n\nDie Bahn nach Lindau fährt seit Montag jede halbe Stunde.", "de"),
]


class ScriptedModel(CustomLLM):
    """Answers with the number that stands before "millions" in what it is given; remembers what it was given."""

    prompts: list[str]

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=8000, num_output=200, model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:  # noqa: ARG002
        self.prompts.append(prompt)
        found = re.search(r"\d+ millions", prompt)
        return CompletionResponse(text=f"It costs {found.group()} [1]." if found else "Not told.")

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        yield self.complete(prompt, formatted, **kwargs)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LocalIndex]:
    with IndexWriter.open(tmp_path / "index", StaticEmbedder()) as writer:
        assert len(list(writer.add(ARTICLES))) == 3
    opened = LocalIndex.open(tmp_path / "index", StaticEmbedder())
    yield opened
    opened.close()


def text_node(found: NodeWithScore) -> TextNode:
    assert isinstance(found.node, TextNode)
    return found.node


def test_a_retriever_gives_what_the_index_finds_in_the_same_order_with_the_fused_scores(index: LocalIndex) -> None:
    query = "combien coûtent les travaux du port ?"
    with index.snapshot() as snapshot:
        hits = snapshot.search(query, 2, detect(query))
    found = LocalIndexRetriever(index, k=2).retrieve(query)
    assert [(each.node.metadata["article"], each.score) for each in found] == [
        (hit.passage.article, hit.score) for hit in hits
    ]
    assert len(found) == 2
    assert found[0].node.metadata["article"] == "fr/quai.txt"


def test_every_node_is_the_passage_of_its_article(index: LocalIndex) -> None:
    texts = {article.id: article.text for article in ARTICLES}
    for found in LocalIndexRetriever(index).retrieve("library quay train"):
        node = text_node(found)
        start, end = node.metadata["start"], node.metadata["end"]
        assert node.text == texts[node.metadata["article"]][start:end]
        assert (node.start_char_idx, node.end_char_idx) == (start, end)
        assert node.ref_doc_id == node.metadata["article"]


def test_a_node_carries_what_the_article_says_of_itself() -> None:
    article = ARTICLES[0]
    found = node_with_score(Hit(Passage(article.id, 17, 40, article.text[17:40], "fr"), 0.25), article)
    assert found.node.metadata == {
        "article": "fr/quai.txt",
        "title": "Un nouveau quai",
        "date": "2024-03-02",
        "url": "https://kerlann.example/quai",
        "language": "fr",
        "start": 17,
        "end": 40,
    }
    assert (found.node.node_id, found.score) == ("fr/quai.txt:17-40", 0.25)


def test_the_model_sees_title_and_date_where_there_is_one_and_nothing_else_of_the_metadata() -> None:
    seen = [
        node_with_score(Hit(Passage(article.id, 0, 2, article.text[:2]), 1.0), article).node.get_content(
            MetadataMode.LLM
        )
        for article in ARTICLES[:2]
    ]
    assert seen == ["title: Un nouveau quai\ndate: 2024-03-02\n\nUn", "title: The library\n\nTh"]


def test_the_ids_of_nodes_are_the_same_in_every_search(index: LocalIndex) -> None:
    retriever = LocalIndexRetriever(index)
    ids = {each.node.node_id for each in retriever.retrieve("quai")}
    assert ids == {each.node.node_id for each in retriever.retrieve("the library in May")}
    assert len(ids) == 3


def test_a_search_without_blocking_finds_the_same(index: LocalIndex) -> None:
    retriever = LocalIndexRetriever(index)
    found = asyncio.run(retriever.aretrieve("the library in May"))
    assert [each.node.node_id for each in found] == [
        each.node.node_id for each in retriever.retrieve("the library in May")
    ]


def test_an_embedding_of_another_model_in_the_query_is_not_used(index: LocalIndex) -> None:
    bundle = QueryBundle("the library in May", embedding=[1.0, 2.0])
    assert LocalIndexRetriever(index, k=1).retrieve(bundle)[0].node.metadata["article"] == "en/library.txt"


def test_an_empty_query_is_refused(index: LocalIndex) -> None:
    with pytest.raises(QueryRefused):
        LocalIndexRetriever(index).retrieve("  ")


def test_a_removed_article_is_no_longer_retrieved(index: LocalIndex) -> None:
    retriever = LocalIndexRetriever(index)
    with IndexWriter.open(index.layout.folder, None) as writer:
        writer.remove(["fr/quai.txt"])
    assert {each.node.metadata["article"] for each in retriever.retrieve("quai")} == {"en/library.txt", "de/bahn.txt"}


def test_a_query_engine_answers_from_our_passages_with_the_model_it_was_given(index: LocalIndex) -> None:
    model = ScriptedModel(prompts=[])
    engine = RetrieverQueryEngine(LocalIndexRetriever(index, k=2), get_response_synthesizer(llm=model))
    response = engine.query("combien coûtent les travaux du port ?")
    assert str(response) == "It costs 12 millions [1]."
    assert response.source_nodes[0].node.metadata["article"] == "fr/quai.txt"
    [prompt] = model.prompts
    assert "Les travaux du port coûtent 12 millions d'euros." in prompt
    assert "title: Un nouveau quai" in prompt


def test_a_citation_engine_numbers_our_passages_and_keeps_their_places(index: LocalIndex) -> None:
    model = ScriptedModel(prompts=[])
    engine = CitationQueryEngine(
        LocalIndexRetriever(index, k=2),
        llm=model,
        response_synthesizer=get_response_synthesizer(
            llm=model, text_qa_template=PromptTemplate("{context_str}\nQuestion: {query_str}")
        ),
    )
    response = engine.query("combien coûtent les travaux du port ?")
    assert str(response) == "It costs 12 millions [1]."
    first = response.source_nodes[0].node
    assert text_node(response.source_nodes[0]).text.startswith("Source 1:\n")
    text = next(article.text for article in ARTICLES if article.id == first.metadata["article"])
    assert "12 millions" in text[first.metadata["start"] : first.metadata["end"]]
