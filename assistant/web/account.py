"""Who is logged in, and the way out, in the bar above the page."""

from assistant.identity.asker import Asker
from assistant.web import escaping
from assistant.web.messages import Messages

LOG_OUT = "login/out"
"""Relative: a proxy may have put the chat below a path."""


def heading_html(asker: Asker, messages: Messages, *, can_log_out: bool) -> str:
    """The chat's name, and who is logged in, if anybody; `can_log_out` is whether people log in at the chat itself:
    else their way out is elsewhere."""
    heading = f'<p class="name">{escaping.text(messages.say("name"))}</p>'
    if asker.name is None:
        return heading
    said = escaping.text(messages.say("logged_in_as", name=asker.name))
    button = ""
    if can_log_out:
        words = escaping.text(messages.say("log_out"))
        button = f'<form method="post" action="{LOG_OUT}"><button type="submit">{words}</button></form>'
    return f'<div class="heading">{heading}<div class="account"><span dir="auto">{said}</span>{button}</div></div>'
