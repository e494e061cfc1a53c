"""Articles as rows in Milvus, and back."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from index import visible_state
from index.errors import IndexDamaged, IndexUnwritable
from index.milvus.layout import NOTHING, date_number, key_of, parts_of
from index.milvus.server import MilvusServer, Row
from index.store import content_hash
from index.types import Article

HEAD = ("key", "version", "born", "section", "about")
PARTS = 1 << 16
"""Keys of the parts of one version: its head comes first."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a stored article without its text; `article.text` is empty. `shown` is its number by
    `index.visible_state`, None where a program wrote it that knew none."""

    version: int
    born: int
    section: int
    article: Article
    content_hash: str
    passages: int
    terms: int
    shown: int | None


def rows_of(article: Article, version: int, born: int, section: int, passages: int, terms: int) -> Iterator[Row]:
    """Raises IndexUnwritable where what is said about the article is longer than Milvus keeps."""
    about = json.dumps(
        {
            "id": article.id,
            "title": article.title,
            "date": article.date,
            "author": article.author,
            "url": article.url,
            "file": article.file,
            "groups": article.groups,
            "hash": content_hash(article).hex(),
            "passages": passages,
            "terms": terms,
            "shown": visible_state.shown(article),
        },
        ensure_ascii=False,
    )
    parts = parts_of(article.text)
    if len(about.encode()) > 65_535 or len(article.language) > 16 or len(parts) >= PARTS:
        raise IndexUnwritable(
            f"The article {article.id[:200]!r} cannot be kept in Milvus: title, address, author, file and groups have "
            f"{len(about.encode())} bytes, and at most 65,535 fit. Shorten them, or leave the article out."
        )
    for number, part in enumerate(parts):
        yield {
            "key": version * PARTS + number,
            "version": version,
            "part": number,
            "born": born,
            "id_key": key_of(article.id),
            "file_key": key_of(article.file) if article.file else 0,
            "section": section,
            "language": article.language,
            "date": date_number(article.date),
            "about": about if number == 0 else "",
            "text": part,
            "nothing": NOTHING,
        }


def heads(server: MilvusServer, collection: str, condition: str, *, few: bool = False) -> Iterator[Head]:
    """Of the articles for whose rows the condition is true, in the order in which they were added. `few` are asked for
    in one request."""
    asked, columns = f"part == 0 and ({condition})", [*HEAD, "language"]
    rows = server.query(collection, asked, columns) if few else server.iterate(collection, asked, columns)
    for row in sorted(rows, key=lambda row: int(row["key"])) if few else rows:
        yield _head(row)


def dates(server: MilvusServer, name: str, condition: str) -> tuple[str | None, str | None]:
    """The first and the last date of the articles that fulfil the condition, None where none has one."""
    found = [head.article.date for head in heads(server, name, condition) if head.article.date]
    return min(found, default=None), max(found, default=None)


def heads_of(server: MilvusServer, collection: str, article_ids: Iterable[str], state: str) -> dict[str, Head]:
    """Id -> head of those of the articles that exist where the condition `state` is true."""
    wanted = {key_of(article_id): article_id for article_id in article_ids}
    rows = server.query_keys(collection, "id_key", wanted, [*HEAD, "language"], f"part == 0 and {state}")
    found = (_head(row) for row in rows)
    return {head.article.id: head for head in found if head.article.id in wanted.values()}


def with_text(server: MilvusServer, collection: str, head: Head) -> Article:
    """Raises IndexDamaged where a part of the text is missing."""
    rows = server.query(collection, f"version == {head.version}", ["key", "part", "text"])
    parts = {int(row["part"]): str(row["text"]) for row in rows}
    if sorted(parts) != list(range(len(parts))) or not parts:
        raise IndexDamaged(
            f"The article {head.article.id!r} at {server.address} lacks a part of its text. Add it again, or restore "
            "the index from a backup."
        )
    return replace(head.article, text="".join(parts[number] for number in range(len(parts))))


def _head(row: Row) -> Head:
    try:
        about = json.loads(row["about"])
        article = Article(
            about["id"],
            about["title"],
            "",
            row["language"],
            about["date"],
            about["author"],
            about["url"],
            about["file"],
            tuple(about["groups"]),
        )
        passages, terms = int(about["passages"]), int(about["terms"])
        return Head(
            int(row["version"]),
            int(row["born"]),
            int(row["section"]),
            article,
            str(about["hash"]),
            passages,
            terms,
            about.get("shown"),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"What is said about an article is damaged: {str(row)[:200]}. Add it again.") from error
