"""The only way from text of articles, questions and answers into HTML: everything is shown as text.

Directional controls (Unicode Bidirectional Algorithm, UAX #9) could otherwise turn around the text beside them, or show
a quote other than it is: each is kept, so that the text stays what it was, but isolated, so that it has no effect.
"""

import html
import re
from urllib.parse import urlsplit

_DIRECTION_CONTROLS = re.compile("([\u202a-\u202e\u2066-\u2069])")
# What no page can show, and what cannot be sent as UTF-8: control characters but tab and line end, lone surrogates.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def text(value: str) -> str:
    """`value` as HTML text; the text content of the result is `value`, but for characters that cannot be shown."""
    shown = html.escape(_UNSHOWABLE.sub(REPLACEMENT, value), quote=True)
    return _DIRECTION_CONTROLS.sub(r'<bdi class="direction-control">\1</bdi>', shown)


def attribute(value: str, limit: int = 200) -> str:
    """`value` for the inside of a quoted attribute, on one line, without direction controls, cut at `limit`."""
    flat = " ".join(_UNSHOWABLE.sub(" ", _DIRECTION_CONTROLS.sub("", value)).split())
    if len(flat) > limit:
        flat = flat[: limit - 1].rstrip() + "…"
    return html.escape(flat, quote=True)


def clean(value: str) -> str:
    """A typed text without characters that no page can show, its ends trimmed."""
    return _UNSHOWABLE.sub(" ", value.replace("\r\n", "\n")).strip()


def link(url: str | None) -> str | None:
    """`url` for a quoted `href`, if it is a plain web address; None for every other scheme and for broken ones."""
    if not url or any(character <= " " or character == "\\" for character in url) or _UNSHOWABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    return html.escape(_DIRECTION_CONTROLS.sub("", url), quote=True)


def language(code: str) -> str:
    """` lang="fr"`, or nothing where the language is not known."""
    return f' lang="{code}"' if code != "und" and _LANGUAGE_CODE.match(code) else ""
