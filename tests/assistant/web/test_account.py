"""Who is logged in is told as text, with a way out where there is one."""

from assistant.identity.asker import EVERYBODY, Asker
from assistant.web.account import heading_html
from assistant.web.messages import available

ENGLISH = available()["en"]


def test_where_nobody_logs_in_only_the_name_of_the_chat_is_told() -> None:
    assert heading_html(EVERYBODY, ENGLISH, can_log_out=True) == '<p class="name">Article assistant</p>'


def test_a_name_is_text_and_the_way_out_is_a_form_below_wherever_the_chat_is() -> None:
    asker = Asker("<b>ada</b>", frozenset(), is_owner=False)
    html = heading_html(asker, ENGLISH, can_log_out=True)
    assert "Logged in as &lt;b&gt;ada&lt;/b&gt;" in html
    assert '<form method="post" action="login/out"><button type="submit">Log out</button></form>' in html
    assert "form" not in heading_html(asker, ENGLISH, can_log_out=False)
