"""Brings what was read into an index, and says what became of each article and of each problem."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.protocols import Writer
from index.types import Article, ReadProblem


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did. `problems` are what could not be read; everything else was done."""

    added: int
    replaced: int
    unchanged: int
    removed: int
    generation: int
    problems: tuple[ReadProblem, ...] = ()
    warnings: tuple[str, ...] = ()


def ingest(
    writer: Writer,
    read: Iterable[Article | ReadProblem],
    *,
    prune: Sequence[Path] = (),
    progress: Callable[[], None] | None = None,
) -> Report:
    """Adds or replaces the articles; removes those that came from files under `prune` that are no longer there."""
    problems: list[ReadProblem] = []
    warnings: list[str] = []
    outcomes = {"added": 0, "replaced": 0, "unchanged": 0}
    with_groups: list[str] = []

    def articles() -> Iterator[Article]:
        for item in read:
            if isinstance(item, ReadProblem):
                problems.append(item)
            else:
                warnings.extend(_warnings(writer, item))
                if item.groups:
                    with_groups.append(item.id)
                yield item
            if progress:
                progress()

    for written in writer.add(articles()):
        outcomes[written.outcome] += 1
    if with_groups:
        warnings.append(
            f"{len(with_groups)} articles name access groups ({with_groups[0]} first). They are kept from those "
            "who are not in the groups only where a login is set: see docs/access.md."
        )
    vanished = _vanished(writer, prune)
    removed = writer.remove(vanished) if vanished else []
    return Report(
        **outcomes,
        removed=len(removed),
        generation=writer.generation,
        problems=tuple(problems),
        warnings=tuple(warnings),
    )


def remove(writer: Writer, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Removes articles named by id or by the file they came from; returns the removed ids and the unknown names."""
    found: list[str] = []
    unknown = []
    for name in names:
        ids = [name] if writer.holds(name) else writer.ids_of_file(_file(name))
        found += ids
        if not ids:
            unknown.append(name)
    return writer.remove(found), unknown


def _file(name: str) -> str:
    return os.path.abspath(name)


def _warnings(writer: Writer, article: Article) -> Iterator[str]:
    before = writer.file_of(article.id)
    if before and article.file and before != article.file and Path(before).exists():
        yield (
            f"{article.id} came from {before} and is now replaced by {article.file}. To keep both, index the folder "
            "above them, so that their ids differ."
        )


def _vanished(writer: Writer, folders: Sequence[Path]) -> list[str]:
    roots = tuple(Path(os.path.abspath(folder)) for folder in folders)
    return [
        article_id
        for article_id, file in writer.files()
        if any(Path(file).is_relative_to(root) for root in roots) and not Path(file).exists()
    ]
