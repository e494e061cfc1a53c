"""Every way in which somebody can ask the server something, each as a function that gives all that they are shown.

The server is the whole application on loopback, behind which a proxy names the users; its index, its answers and its
pages are the real ones.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from assistant.answer_object import answer_as_json
from assistant.answering import Assistant
from assistant.collection_keeper import CollectionKeeper
from assistant.identity.asker import Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import share
from assistant.server.access import Access
from assistant.server.app import create_app
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.web.chat import Chat
from assistant.web.conversation import Conversation
from assistant.web.engine_slot import EngineSlot
from assistant.web.exports import conversation_as_json, conversation_as_markdown
from assistant.web.page_parts import PagePart
from assistant.web.parts.feedback_form import FeedbackForm
from assistant.web.parts.filter_bar import FilterBar
from assistant.web.parts.sharing import Sharing
from index.types import Article
from tests.assistant.hidden_articles import question_about, secrets_of
from tests.browser.conftest import serving
from tests.chats import ENGLISH, asked
from tests.fakes import answer_of, cite

Groups = frozenset[str] | None
"""Those of a user; None is an owner."""

OWNERS = "editors"
MODEL = "article-assistant"


@dataclass(frozen=True, slots=True)
class Served:
    """The server, and what stands behind its page."""

    client: httpx.Client
    portal: BlockingPortal
    mcp: Client
    mcp_headers: httpx2.Headers
    engine: Assistant
    keepsakes: Keepsakes
    slot: EngineSlot

    def send(self, groups: Groups, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = headers_of(groups) | sent.pop("headers", {})
        response = self.client.request(method, path, headers=headers, **sent)
        assert response.status_code < 500, response.text
        return response

    def call(self, groups: Groups, tool: str, arguments: dict[str, Any]) -> str:
        self.mcp_headers.update(headers_of(groups))
        result = self.portal.call(self.mcp.call_tool, tool, arguments)
        return f"{result.content} {result.structured_content}"

    def chat(self, groups: Groups) -> Chat:
        kept: list[PagePart] = [Sharing(self.slot, self.keepsakes), FeedbackForm(self.slot, self.keepsakes)]
        return Chat(self.slot, parts=[FilterBar(self.slot), *kept]).seen_by(asker_of(groups))


def headers_of(groups: Groups) -> dict[str, str]:
    """What the proxy adds."""
    return {"x-forwarded-user": "ada", "x-forwarded-groups": ",".join([OWNERS] if groups is None else groups)}


def asker_of(groups: Groups) -> Asker:
    return Asker("ada", groups, is_owner=groups is None)


@contextmanager
def served_over(engine: Assistant, folder: Path) -> Iterator[Served]:
    settings = load_settings(
        index=folder / "index",
        login="header",
        trusted_proxies=("127.0.0.1",),
        owner_groups=(OWNERS,),
        rate_limit="none",
        llm="none",
    )
    keepsakes = Keepsakes(folder / "kept.sqlite")
    access = Access.of(settings, local=False, owned=True)
    app = create_app(engine, keepsakes=keepsakes, collection=CollectionKeeper(settings), access=access)
    with serving(app) as url, httpx.Client(base_url=url, timeout=120) as client, start_blocking_portal() as portal:
        sender = httpx2.AsyncClient(timeout=120, headers=headers_of(frozenset()))
        speaking = Client(streamable_http_client(f"{url}/mcp", http_client=sender))
        with portal.wrap_async_context_manager(speaking) as mcp:
            yield Served(client, portal, mcp, sender.headers, engine, keepsakes, EngineSlot(engine))
        portal.call(sender.aclose)


Shown = tuple[str, str]
"""What was asked, and all that was shown."""

Surface = Callable[[Served, Groups, Article, random.Random], Shown]


def _ask(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    question = question_about(article, chance)
    return question, served.send(groups, "POST", "/api/v1/ask", json={"question": question}).text


def _ask_streamed(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    question = question_about(article, chance)
    headers = {"accept": "text/event-stream"}
    return question, served.send(groups, "POST", "/api/v1/ask", json={"question": question}, headers=headers).text


def _openai(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    question = question_about(article, chance)
    body = {"model": MODEL, "messages": [{"role": "user", "content": question}], "stream": chance.random() < 0.5}
    return question, served.send(groups, "POST", "/v1/chat/completions", json=body).text


def _mcp_ask(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    question = question_about(article, chance)
    return question, served.call(groups, "ask", {"question": question})


def _chat(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """A question, one that goes on from it, the page, what is saved, and the reader of each source."""
    chat, question, following = served.chat(groups), question_about(article, chance), "and what is the plan called?"
    conversation = asked(chat, following, asked(chat, question))
    return f"{question} {following}", everything(chat, conversation)


def _rights_taken(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """The same, when the first question was answered while its asker was still in a group of the article."""
    member = None if groups is None else groups | set(article.groups)
    del chance
    question, following = f"What did Director {secrets_of(article).name} say?", "and what is the plan called?"
    conversation = asked(served.chat(member), question)
    assert secrets_of(article).id in repr(conversation)
    chat = served.chat(groups)
    return f"{question} {following}", everything(chat, asked(chat, following, conversation))


def _search(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    query = question_about(article, chance)
    found = served.send(groups, "GET", "/api/v1/search", params={"q": query})
    assert len(found.json()["hits"]) == 10
    return query, found.text


def _search_narrowed(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """To the hidden article's own date, language and source."""
    query = question_about(article, chance)
    host = str(article.url).split("/")[2]
    filters = chance.choice([{"from": article.date, "to": article.date}, {"source": host}, {"language": "en"}])
    sent = served.send(groups, "POST", "/api/v1/search", json={"query": query, "k": 20, "filters": filters})
    return f"{query} {filters}", sent.text


def _mcp_search(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    query = question_about(article, chance)
    return query, served.call(groups, "search", {"query": query, "k": 20})


def _listed(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """By the title that it shares with others, and by its id."""
    words = chance.choice([article.title, article.id])
    return words, served.send(groups, "GET", "/api/v1/articles", params={"q": words, "count": 200}).text


def _read(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    if chance.random() < 0.5:
        return article.id, served.call(groups, "read_article", {"article": article.id})
    return article.id, served.send(groups, "GET", f"/api/v1/articles/{article.id}").text


def _feedback(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """On an answer that cites nothing, with a passage of the article as the one that would have been right."""
    del chance
    said = article.text.partition(". ")[0]
    body = {"answer": answer_as_json(answer_of("Who?", "Nobody.")), "good": False, "right_passage": said}
    return said, served.send(groups, "POST", "/api/v1/feedback", json=body).text


def _shared(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """A link to an answer with a quote of the article, and one of another that everybody may see."""
    del chance
    opened_up = next(each for each in served.engine.seen_by(frozenset()).sample_articles(1))
    sentences = [each.text.partition(". ")[0] + "." for each in (article, opened_up)]
    answer = answer_of(
        "Who said so?",
        f"{sentences[0]} [1] {sentences[1]} [2]",
        [cite(article, sentences[0], 1), cite(opened_up, sentences[1], 2)],
        searched_for=f"Director {secrets_of(article).name}",
    )
    link = share(served.keepsakes, answer).id
    exchange = Sharing(served.slot, served.keepsakes).opened(link, ENGLISH, asker_of(groups))
    assert not isinstance(exchange, str)
    return "", repr(exchange) + everything(served.chat(groups), (exchange,))


def _offered(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    """Before anything is asked: the page, what can be narrowed to, and what says how much there is."""
    del article, chance
    seen = served.engine if groups is None else served.engine.seen_by(groups)
    sent = [served.send(groups, "GET", path).text for path in ("/api/v1/health/ready", "/metrics", "/api/v1/articles")]
    return "", " ".join([served.chat(groups).page((), ENGLISH), repr(seen.facets()), repr(seen.collection()), *sent])


def _examples(served: Served, groups: Groups, article: Article, chance: random.Random) -> Shown:
    del article, chance
    questions = served.chat(groups).examples(ENGLISH).result(120)
    assert questions
    return "", repr(questions)


def everything(chat: Chat, conversation: Conversation) -> str:
    """What the chat shows of a conversation, and gives out of it."""
    visible = chat.visible(conversation)
    shown = [
        chat.page(conversation, ENGLISH),
        conversation_as_json(visible),
        conversation_as_markdown(visible, ENGLISH),
    ]
    shown += [
        chat.read(conversation, {"exchange": exchange.id, "cite": citation.number}, ENGLISH)
        for exchange in conversation
        if isinstance(exchange.outcome, Answer)
        for citation in exchange.outcome.citations
    ]
    return "\n".join(shown)


SURFACES: Mapping[str, tuple[Surface, int]] = {
    "ask": (_ask, 60),
    "ask, streamed": (_ask_streamed, 60),
    "OpenAI's form": (_openai, 60),
    "MCP, ask": (_mcp_ask, 60),
    "chat": (_chat, 20),
    "chat, rights taken away": (_rights_taken, 20),
    "search": (_search, 400),
    "search, narrowed": (_search_narrowed, 200),
    "MCP, search": (_mcp_search, 200),
    "list": (_listed, 200),
    "read": (_read, 200),
    "feedback": (_feedback, 200),
    "shared links": (_shared, 200),
    "counts and filters": (_offered, 112),
    "examples": (_examples, 8),
}
"""Each with how many of the 2,000 questions go there; those that are answered take most of the time."""


def forged(article_id: str, quote: str) -> dict[str, Any]:
    """Feedback on an answer that somebody made up, which cites an article by its id."""
    citation = asdict(cite(Article(article_id, "T", quote), quote))
    body = answer_as_json(answer_of("Who?", f"{quote} [1]"))
    return {"answer": body | {"citations": [citation]}, "good": True}
