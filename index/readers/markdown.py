"""Markdown, with YAML or TOML front matter or without: the text is the body as it is."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.readers.clean import unify_line_ends
from index.readers.draft import Draft, Source
from index.readers.encoding import decode
from index.readers.limits import ReadLimits
from index.readers.problems import Unreadable
from index.readers.records import describe
from index.readers.whole_file import read_bytes
from index.types import ReadProblem

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+([^\s#].*)$", re.MULTILINE)
_CLOSING_MARKS = " \t#"
_UNDERLINED_HEADING = re.compile(r"^ {0,3}(\S.*)\n {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.MULTILINE | re.DOTALL)


def read(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    """One article. Front matter that cannot be parsed is a problem and the article is not read: what it says about
    access would be lost otherwise."""
    text = unify_line_ends(decode(read_bytes(source.path, limits.max_bytes)).text)
    metadata, body = _split_front_matter(text)
    body = body.lstrip("\n")
    described = describe(metadata)
    yield replace(described, text=body, title=described.title or _heading(body))


def _split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    if match := _TOML.match(text):
        try:
            return tomllib.loads(match[1]), text[match.end() :]
        except tomllib.TOMLDecodeError as error:
            raise _malformed(error) from error
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        front_matter, body = handler.split(text)
    except ValueError:  # a rule at the top, and no second one
        return {}, text
    import yaml

    try:
        metadata = handler.load(front_matter)
    except (yaml.YAMLError, ValueError) as error:
        raise _malformed(error) from error
    if metadata is None:
        return {}, body
    return (metadata, body) if isinstance(metadata, dict) else ({}, text)


def _malformed(error: Exception) -> Unreadable:
    reason = " ".join(str(error).split())[:200]
    return Unreadable(f"Its front matter cannot be parsed: {reason}.", "Correct it, or take it out.")


def _heading(body: str) -> str:
    """The first heading, of either form, outside code blocks."""
    prose = _FENCED.sub("", body)
    found = [match for pattern in (_HEADING, _UNDERLINED_HEADING) if (match := pattern.search(prose))]
    return min(found, key=lambda match: match.start())[1].rstrip(_CLOSING_MARKS) if found else ""
