"""A record (a JSON object, a row of a table, front matter) to an article: which field means what."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from index.readers.dates import iso_date
from index.readers.draft import Draft
from index.readers.problems import Unreadable

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "uid", "uuid", "guid", "doc_id", "document_id", "article_id", "identifier"),
    "text": ("text", "body", "content", "contents", "article", "full_text", "main_text", "texte", "texto", "inhalt"),
    "title": ("title", "headline", "heading", "titre", "titulo", "título", "titel"),
    "date": (
        "date", "published", "published_at", "published_time", "date_published", "publish_date", "publication_date",
        "pub_date", "published_on", "fecha", "datum",
    ),
    "language": ("language", "lang", "locale", "langue", "idioma", "sprache"),
    "url": ("url", "link", "source_url", "canonical_url", "permalink", "uri", "href"),
    "author": ("author", "authors", "byline", "creator", "auteur", "autor"),
    "groups": ("groups", "group", "access_groups", "allowed_groups", "acl"),
}  # fmt: skip
"""What a field of an article may be called, the preferred name first. Case, spaces, hyphens and underscores do not
count: "Date-Published", "datePublished" and "date_published" are the same."""


def folded(name: str) -> str:
    """A field name without case, spaces, hyphens and underscores."""
    return re.sub(r"[\W_]+", "", name).casefold()


_PLACE_OF_SYNONYM = {
    folded(synonym): (field, place) for field, synonyms in FIELDS.items() for place, synonym in enumerate(synonyms)
}


@lru_cache(maxsize=256)
def recognised(names: tuple[str, ...]) -> Mapping[str, str]:
    """Which of `names` stands for which field of an article. Of two synonyms the preferred wins, of two spellings the
    first. The records of a file have the same names, so the last answers are kept."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        field, place = _PLACE_OF_SYNONYM.get(folded(name), ("", 0))
        if field and (field not in best or place < best[field][0]):
            best[field] = (place, name)
    return MappingProxyType({field: name for field, (_place, name) in best.items()})


def draft_from(record: Mapping[str, Any], line: int | None = None) -> Draft:
    """The article of a record at `line`. Raises `Unreadable` where it has no text."""
    name = recognised(_names(record)).get("text")
    text = record[name] if name else None
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        text = "\n\n".join(text)
    if not isinstance(text, str):
        seen = ", ".join(_names(record))[:200] or "none"
        what = f"Its field {name!r} holds no text." if name else f"It has no field with the text (its fields: {seen})."
        raise Unreadable(what, f"Give it one of the fields {', '.join(FIELDS['text'][:4])}.")
    return replace(describe(record), text=text, line=line)


def describe(record: Mapping[Any, Any]) -> Draft:
    """What a record says about its article, without the text. Raises `Unreadable` where it names access groups that
    cannot be understood: an article must not become public by a slip."""
    values = {field: record[name] for field, name in recognised(_names(record)).items()}
    return Draft(
        text="",
        title=_scalar(values.get("title")),
        id=_scalar(values.get("id")),
        language=_scalar(values.get("language")),
        date=iso_date(_number_if_digits(values.get("date"))),
        author=_joined(values.get("author")) or None,
        url=_scalar(values.get("url")) or None,
        groups=_groups(values.get("groups")),
    )


def _names(record: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(name for name in record if isinstance(name, str))


def _scalar(value: object) -> str:
    """A string or a number as text; everything else says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _joined(value: object) -> str:
    """One name, several, or objects with a `name`."""
    if isinstance(value, Mapping):
        return _scalar(value.get("name"))
    if isinstance(value, list):
        return ", ".join(filter(None, (_joined(part) for part in value if not isinstance(part, list))))
    return _scalar(value)


def _number_if_digits(value: object) -> object:
    """A Unix time that a table holds as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 14 else value


def _groups(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    names = re.split(r"[,;|]", value) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise Unreadable(
            "Its access groups are not a list of names.", 'Write them as ["one", "two"], or leave them out.'
        )
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in names))))
