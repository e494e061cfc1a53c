"""What the chat shows is what its user may see now: also in a conversation, a link, an export and a reader."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.filters import filters_of
from assistant.identity.asker import EVERYBODY, Asker
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import share
from assistant.types import Answer, Statement
from assistant.web.chat import Chat
from assistant.web.conversation import Conversation, Exchange, Stopped
from assistant.web.engine_slot import EngineSlot
from assistant.web.example_maker import ExampleMaker
from assistant.web.exports import conversation_as_json, conversation_as_markdown
from assistant.web.parts.sharing import Sharing
from index.types import Article
from tests.chats import ENGLISH, answered, asked
from tests.fakes import WordEngine, answer_of, cite

HARBOUR = Article("harbour", "Harbour", "The harbour of Brest opens in May.", "en", "2025-01-02")
SALARIES = Article("pay", "Salaries", "The salaries rise in May, said Jane Corbel.", "en", groups=("staff",))
SECRET = ("salaries rise", "Jane Corbel", "Salaries")

STAFF = Asker("ada", frozenset({"staff"}), is_owner=False)
FORMER = Asker("ada", frozenset(), is_owner=False)


@pytest.fixture
def engine() -> WordEngine:
    return WordEngine([HARBOUR, SALARIES])


@pytest.fixture
def chat(engine: WordEngine) -> Chat:
    return Chat(EngineSlot(engine))


def conversation_of(chat: Chat) -> Conversation:
    """Of a member of the staff: an answer from both articles, and a question that went on from it."""
    seen = chat.seen_by(STAFF)
    conversation = asked(seen, "What opens or rises in May?")
    return asked(seen, "What did she say?", conversation)


def shows(text: str) -> list[str]:
    return [secret for secret in SECRET if secret in text]


def test_a_page_is_of_what_the_asker_may_see(chat: Chat) -> None:
    assert "1 article" in chat.seen_by(FORMER).page((), ENGLISH)
    assert "2 articles" in chat.seen_by(STAFF).page((), ENGLISH)
    assert "2 articles" in chat.seen_by(EVERYBODY).page((), ENGLISH)
    found = asked(chat.seen_by(FORMER), "When do the salaries rise in May?")
    assert shows(chat.seen_by(FORMER).page(found, ENGLISH).replace("When do the salaries rise", "")) == []


def test_a_conversation_shows_nothing_any_more_that_its_user_may_no_longer_see(chat: Chat) -> None:
    conversation = conversation_of(chat)
    before = chat.seen_by(STAFF).page(conversation, ENGLISH)
    assert shows(before) == list(SECRET)
    after = chat.seen_by(FORMER).page(conversation, ENGLISH)
    assert shows(after) == []
    assert "The harbour of Brest opens in May." in after
    assert chat.seen_by(STAFF).page(conversation, ENGLISH) == before


def test_it_is_neither_exported_nor_read_nor_gone_on_from(chat: Chat, engine: WordEngine) -> None:
    conversation = conversation_of(chat)
    former = chat.seen_by(FORMER)
    left = former.visible(conversation)
    assert shows(conversation_as_json(left) + conversation_as_markdown(left, ENGLISH)) == []
    exchange = conversation[0]
    assert isinstance(exchange.outcome, Answer)
    number = next(each.number for each in exchange.outcome.citations if each.article == "pay")
    for request in ({"exchange": exchange.id, "cite": number}, {"exchange": exchange.id, "cite": str(number)}):
        assert shows(former.read(conversation, request, ENGLISH)) == []
    accepted = former.accept(conversation, "And in June?", ENGLISH)
    answered(former, accepted.conversation)
    _, history = engine.asked[-1]
    assert shows(repr(history)) == []


def test_the_title_of_what_is_hidden_is_not_told_when_it_is_opened(chat: Chat) -> None:
    conversation = conversation_of(chat)
    exchange = conversation[0]
    assert isinstance(exchange.outcome, Answer)
    for citation in exchange.outcome.citations:
        shown = chat.seen_by(FORMER).read(conversation, {"exchange": exchange.id, "cite": citation.number}, ENGLISH)
        assert shows(shown) == []


def test_what_a_language_model_wrote_goes_with_any_passage_that_it_read(chat: Chat) -> None:
    """Its text may hold what a passage says without citing it."""
    answer = replace(
        answer_of("May?", "The harbour opens [1], as Jane Corbel told.", [cite(HARBOUR, HARBOUR.text)]),
        mode="llm",
        statements=(Statement("The harbour opens, as Jane Corbel told.", (1,), True),),
        passages=answer_of("", "", [cite(HARBOUR, HARBOUR.text), cite(SALARIES, SALARIES.text)]).passages,
        notices=("Jane Corbel was left out.",),
        searched_for="May? Jane Corbel",
    )
    page = chat.seen_by(FORMER).page((Exchange("x", "May?", answer),), ENGLISH)
    assert shows(page) == []
    assert HARBOUR.text in page


def test_a_query_that_leans_on_a_hidden_answer_is_not_shown(chat: Chat) -> None:
    hidden = answer_of("Who?", "The salaries rise in May, said Jane Corbel. [1]", [cite(SALARIES, SALARIES.text)])
    later = answer_of("What opens?", "In May. [1]", [cite(HARBOUR, HARBOUR.text)], searched_for="opens Jane Corbel")
    page = chat.seen_by(FORMER).page((Exchange("a", "Who?", hidden), Exchange("b", "What opens?", later)), ENGLISH)
    assert shows(page) == []


def test_what_was_written_before_it_was_stopped_is_not_shown_to_somebody_with_rules(chat: Chat) -> None:
    conversation = (Exchange("a", "Who?", Stopped("Jane Corbel said")),)
    assert shows(chat.seen_by(FORMER).page(conversation, ENGLISH)) == []
    assert shows(chat.page(conversation, ENGLISH)) == ["Jane Corbel"]


@pytest.fixture
def sharing(tmp_path: Path, engine: WordEngine) -> Sharing:
    return Sharing(EngineSlot(engine), Keepsakes(tmp_path / "kept.sqlite"))


def test_a_link_shows_each_reader_what_they_may_see(sharing: Sharing, chat: Chat) -> None:
    exchange = conversation_of(chat)[0]
    assert isinstance(exchange.outcome, Answer)
    link = share(sharing.keepsakes, exchange.outcome, filters_of(sources=["staff.example"])).id
    for asker, secrets in ((STAFF, list(SECRET)), (EVERYBODY, list(SECRET)), (FORMER, [])):
        opened = sharing.opened(link, ENGLISH, asker)
        assert isinstance(opened, Exchange)
        assert shows(chat.seen_by(asker).page((opened,), ENGLISH)) == secrets
        assert bool(opened.filters) is bool(secrets)
    former = sharing.opened(link, ENGLISH, FORMER)
    assert isinstance(former, Exchange)
    assert isinstance(former.outcome, Answer)
    assert [each.article for each in former.outcome.citations] == ["harbour"]
    assert "longer" not in former.outcome.notices[0]  # nothing is said of what is left out


def test_a_link_to_hidden_articles_alone_is_as_unknown_as_one_that_never_was(sharing: Sharing) -> None:
    answer = answer_of("Who?", "Jane Corbel. [1]", [cite(SALARIES, SALARIES.text)])
    link = share(sharing.keepsakes, answer).id
    assert sharing.opened(link, ENGLISH, FORMER) == sharing.opened("A" * 22, ENGLISH, FORMER)
    assert isinstance(sharing.opened(link, ENGLISH, STAFF), Exchange)


def test_examples_are_made_for_each_set_of_groups() -> None:
    maker = ExampleMaker()
    said = "It was said by {0} today. They saw {0}, and {0}."
    articles = [
        Article(name, name, said.format(who), "en", groups=of)
        for name, who, of in (("a", "Alan Marou", ()), ("b", "Berta Silk", ("staff",)))
    ]
    engine = WordEngine(articles)
    made = {
        groups: maker.examples(engine.seen_by(groups), 1, "en", groups).result(60)
        for groups in (None, frozenset({"staff"}), frozenset[str]())
    }
    assert "Berta" in " ".join(made[None])
    assert "Berta" in " ".join(made[frozenset({"staff"})])
    assert "Berta" not in " ".join(made[frozenset()])
    assert "Alan" in " ".join(made[frozenset()])
    assert maker.examples(engine, 1, "en", frozenset()).result(60) == made[frozenset()]
