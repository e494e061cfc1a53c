"""Files to articles: reads each file with the reader of its format, and makes a problem of whatever goes wrong."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index import language
from index.readers.choose import choose_reader
from index.readers.clean import clean, count_undecodable, one_line
from index.readers.draft import Draft, Source
from index.readers.language_codes import language_code
from index.readers.limits import DEFAULT_LIMITS, ReadLimits
from index.readers.paths import walk
from index.readers.problems import Unreadable, from_library, from_os_error, no_text
from index.readers.sidecar import read_sidecar
from index.readers.titles import first_line_title
from index.types import Article, Progress, ReadProblem


def read_paths(
    paths: Sequence[Path], limits: ReadLimits = DEFAULT_LIMITS, progress: Progress | None = None
) -> Iterator[Article | ReadProblem]:
    """The articles in files and folders, one in memory at a time, in the order of `walk`.

    Never raises for what it reads: a file or a record that cannot be read is a `ReadProblem`, and all others are
    read. An article some bytes of which could not be decoded is given, and a problem that says how many. Of two
    articles with the same id the first is given; the second is a problem that names both places.
    `progress(files_done, None)` is called after each file.
    """
    return read_sources(walk(paths), limits, progress)


def read_sources(
    sources: Iterable[Source | ReadProblem], limits: ReadLimits = DEFAULT_LIMITS, progress: Progress | None = None
) -> Iterator[Article | ReadProblem]:
    """The same for files that were found otherwise."""
    places: dict[str, tuple[str, int | None]] = {}
    done = 0
    for found in sources:
        if isinstance(found, ReadProblem):
            yield _printable(found)
            continue
        for draft in _read_file(found, limits):
            for item in [draft] if isinstance(draft, ReadProblem) else _article(draft, found, places):
                yield _printable(item) if isinstance(item, ReadProblem) else item
        done += 1
        if progress is not None:
            progress(done, None)


def _read_file(source: Source, limits: ReadLimits) -> Iterator[Draft | ReadProblem]:
    try:
        with_sidecar = read_sidecar(source)
        for found in choose_reader(source.path.suffix).read(source, limits):
            yield found if isinstance(found, ReadProblem) else with_sidecar(found)
    except Unreadable as problem:
        yield problem.at(source.where)
    except OSError as error:
        yield from_os_error(source.where, error)
    except Exception as error:  # parsers of foreign files raise anything; one file must not stop the rest
        yield from_library(source.where, error)


def _article(
    draft: Draft, source: Source, places: dict[str, tuple[str, int | None]]
) -> Iterator[Article | ReadProblem]:
    """The article of a draft, unless it is empty or its id is taken; `places` says where each id was met."""
    where = _where(source.where, draft.line)
    undecodable = count_undecodable(draft.text)
    text = clean(draft.text)
    if not text.strip():
        yield no_text().at(where)
        return
    article_id = one_line(draft.id) or clean(source.id) + (f"#{draft.line}" if draft.line is not None else "")
    if article_id in places:
        yield ReadProblem(
            where,
            f"Its id {article_id!r} was already met in {_where(*places[article_id])}; this one is not read.",
            "Give one of the two another id, or remove it.",
        )
        return
    places[article_id] = (source.where, draft.line)
    yield Article(
        id=article_id,
        title=one_line(draft.title) or first_line_title(text),
        text=text,
        language=language_code(draft.language) or language.detect(text),
        date=draft.date,
        author=one_line(draft.author or "") or None,
        url=one_line(draft.url or "") or None,
        file=clean(source.where),
        groups=tuple(one_line(group) for group in draft.groups),
    )
    if undecodable:
        yield ReadProblem(
            where,
            f"{undecodable} bytes could not be decoded and are shown as U+FFFD; the rest was read.",
            "Save the file as UTF-8 to have them right.",
        )


def _printable(problem: ReadProblem) -> ReadProblem:
    """A problem as it can be printed: it may quote a file or a path that is not valid text."""
    return ReadProblem(one_line(problem.where), one_line(problem.what), one_line(problem.next_step))


def _where(path: str, line: int | None) -> str:
    return path if line is None else f"{path}, line {line}"
