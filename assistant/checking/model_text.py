"""Text that a language model wrote, made harmless: nothing in it is a link, an image, a tag or an invisible character.

The page escapes everything anyway; this is for whoever else shows the text (a terminal, a client that renders
Markdown), and so that nobody is led to an address that a model or an article made up.
"""

import html
import re
import unicodedata
from collections.abc import Collection

REMOVED = "…"
"""Stands where an address stood."""

_ROUNDS = 8
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]{1,31};)")
_HIDING = re.compile(
    r"<(script|style|iframe|object|embed|svg|template|noscript|title|textarea)\b[^<>]{0,500}>.{0,3000}?</\s*\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*>?", re.DOTALL)
_ADDRESS_IN_ANGLES = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]*)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\s?\([^()]*(?:\([^()]*\)[^()]*)*\)?|\s?\[[^\[\]]*\])?")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_DEFINITION = re.compile(r"^[ ]{0,3}\[[^\[\]\n]+\]:[ \t]*\S+(?:[/.:]\S*).*$", re.MULTILINE)
_STOP = r"\s<>\[\]{}\"'`|“”«»‘’…"
_HOST = r"(?<![\w.-])(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}"
_ADDRESS = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]{{0,20}}:(?:/|\\)+[^{_STOP}]*|:(?:/|\\){{2,}}[^{_STOP}]*"
    rf"|(?<![A-Za-z])(?:javascript|vbscript|data|blob|file|mailto|tel|sms|about|view-source)\s?:[^{_STOP}]+"
    rf"|(?<![\w:/\\])(?:/|\\){{2,9}}[\w-]{{1,63}}\.[^{_STOP}]*"
    rf"|(?<![A-Za-z0-9])www\.[^{_STOP}]+"
    rf"|{_HOST}(?::\d{{1,5}})?/[^{_STOP}]*"
    rf"|{_HOST}\?[\w%.-]{{1,60}}=[^{_STOP}]*",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)*_"


def harmless(text: str, addresses: Collection[str] = ()) -> str:
    """`text` without links, images, HTML, addresses and characters that cannot be seen or that turn the text around.

    An address stays, as plain text, only if it is one of `addresses`. What one round brings together the next takes
    apart; what is still there after the last is broken up character by character.
    """
    text = _visible(text)
    for _ in range(_ROUNDS):
        before = text
        text = _visible(html.unescape(text)) if _ENTITY.search(text) else text
        text = _without_markup(text, addresses)
        text = _ADDRESS.sub(lambda found: _kept(found.group(), addresses), text)
        text = _OPENING.sub("< ", text).replace("![", "! [").replace("](", "] (")
        if text == before:
            return text
    text = _ENTITY.sub("& ", re.sub(r"[<>]", " ", text))
    return _ADDRESS.sub(lambda found: _kept(found.group(), addresses), re.sub(r"!\[|\]\(", " ", text))


def _without_markup(text: str, addresses: Collection[str]) -> str:
    text = _HIDING.sub(" ", text)
    text = _COMMENT.sub(" ", text)
    text = _ADDRESS_IN_ANGLES.sub(r" \1 ", text)
    text = _TAG.sub(" ", text)
    text = _IMAGE.sub(" ", text)
    text = _DEFINITION.sub("", text)
    return _LINK.sub(lambda found: _link_text(found[1], found[2], addresses), text)


def _link_text(words: str, target: str, addresses: Collection[str]) -> str:
    address = target.strip().split(" ")[0].strip("<>")
    return f"{words} ({address})" if address in addresses and address != words else words


def _kept(found: str, addresses: Collection[str]) -> str:
    address = found.rstrip(_TRAILING)
    rest = found[len(address) :]
    if found in addresses:
        return found
    return address + rest if address in addresses else REMOVED + rest


def _visible(text: str) -> str:
    """Line ends as `\\n`; format, control, private and unassigned characters and surrogates removed."""
    text = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
