"""What the chat tells the page that embeds it is the answer as programs get it, as text that no HTML can leave."""

import html
import json
import re

from assistant.answer_object import answer_as_json
from assistant.web.conversation import Exchange, Failure
from assistant.web.parts.embedding import told_html
from index.types import Article
from tests.fakes import answer_of, cite

ARTICLE = Article("a", "</pre><b>T", "It opens in \u202eMay. And more.", "en")
ANSWER = answer_of("When?", "It opens in \u202eMay. [1]", [cite(ARTICLE, "It opens in \u202eMay.")])


def test_an_answer_is_told_as_the_api_gives_it() -> None:
    told = told_html((Exchange("x1", "When?", ANSWER),), "x1")
    found = re.fullmatch(r'<pre hidden data-exchange="x1">([^<]*)</pre>', told)
    assert found is not None
    assert json.loads(html.unescape(found[1])) == answer_as_json(ANSWER) | {
        "citations": json.loads(json.dumps(answer_as_json(ANSWER)["citations"])),
        "passages": json.loads(json.dumps(answer_as_json(ANSWER)["passages"])),
    }


def test_nothing_is_told_where_there_is_no_answer() -> None:
    conversation = (Exchange("x1", "When?", Failure("Busy.")), Exchange("x2", "And?"))
    assert [told_html(conversation, each) for each in ("x1", "x2", "x3")] == ["", "", ""]
