"""What stands beside a file about its article, for formats that cannot say it themselves: `report.pdf.toml`.

The fields are those of front matter (`index.readers.records.FIELDS`): title, date, groups and so on.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace

from index.readers.draft import Draft, Source
from index.readers.problems import Unreadable
from index.readers.records import describe

SUFFIX = ".toml"
_LONGEST = 1_000_000


def read_sidecar(source: Source) -> Callable[[Draft], Draft]:
    """Gives a draft of the file what its sidecar says, or nothing where there is none.

    What it says goes before what an article says of itself. A file of many records keeps what each of them says, and
    gets the rest. Raises Unreadable and OSError for one that cannot be read: the article would have lost its access
    groups, and is not read either.
    """
    path = source.path.with_name(source.path.name + SUFFIX)
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return lambda draft: draft
    try:
        if len(text) > _LONGEST:
            raise ValueError(f"it has more than {_LONGEST} bytes")
        said = describe(tomllib.loads(text.decode()))
    except ValueError as error:  # TOML and UTF-8 errors are ValueErrors
        reason = " ".join(str(error).split())[:200]
        raise Unreadable(f"{path.name} beside it cannot be read: {reason}.", "Correct it, or remove it.") from error
    return lambda draft: _joined(draft, said)


def _joined(draft: Draft, said: Draft) -> Draft:
    if draft.line is None:
        first, then = said, draft
        title, article_id = said.title or draft.title, said.id or draft.id
    else:
        first, then = draft, said
        title, article_id = draft.title, draft.id
    return replace(
        draft,
        title=title,
        id=article_id,
        language=first.language or then.language,
        date=first.date or then.date,
        author=first.author or then.author,
        url=first.url or then.url,
        groups=first.groups or then.groups,
    )
