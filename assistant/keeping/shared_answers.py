"""Answers that can be opened again by a link, and what has become of their quotes since."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant import filters as narrowing
from assistant.answer_text import quoted_text, stated_text
from assistant.citations import verified
from assistant.errors import KeepingFailed
from assistant.filters import EVERYTHING, Filters
from assistant.keeping import answer_json
from assistant.keeping.keepsakes import Keepsakes
from assistant.types import Answer, Citation, Statement
from index.errors import ArticleUnknown
from index.types import Article

ID_BYTES = 16
"""128 bits of chance: whoever has not been given a link cannot find it."""

_ID = re.compile(r"[A-Za-z0-9_-]{22}\Z")
_FIND = "SELECT id, made_at, answer, filters FROM shared_answers WHERE id = ?"


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer as it was when it was shared; `made_at` is in UTC, ISO 8601."""

    id: str
    made_at: str
    answer: Answer
    filters: Filters = EVERYTHING


@dataclass(frozen=True, slots=True)
class Reopened:
    """A shared answer against the articles as they are now. `answer` holds only quotes that stand there still, under
    the numbers that they had; `lost` are those that do not."""

    shared: SharedAnswer
    answer: Answer
    lost: tuple[Citation, ...]
    generation: int

    @property
    def articles_changed(self) -> bool:
        """Whether anything was changed in the index since the answer was made."""
        return self.generation != self.shared.answer.index_generation


def share(
    keepsakes: Keepsakes,
    answer: Answer,
    filters: Filters = EVERYTHING,
    now: datetime | None = None,
    by: str | None = None,
) -> SharedAnswer:
    """Keeps the answer under a new id that cannot be guessed; `by` is the name of the user. Raises KeepingFailed."""
    made_at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    shared = SharedAnswer(secrets.token_urlsafe(ID_BYTES), made_at, answer, filters)
    with keepsakes.changing() as connection:
        connection.execute(
            "INSERT INTO shared_answers VALUES (?, ?, ?, ?, ?)",
            (
                shared.id,
                made_at,
                answer_json.to_json(answer),
                json.dumps(narrowing.to_json(filters)),
                keepsakes.fingerprint(connection, by),
            ),
        )
    return shared


def find_shared(keepsakes: Keepsakes, answer_id: str) -> SharedAnswer | None:
    """The shared answer of that id, or None. Raises KeepingFailed, also for one that cannot be understood."""
    if not _ID.match(answer_id):
        return None
    with keepsakes.reading() as connection:
        row = connection and connection.execute(_FIND, (answer_id,)).fetchone()
    if not row:
        return None
    found_id, made_at, answer, filters = row
    try:
        return SharedAnswer(found_id, made_at, answer_json.from_json(answer), narrowing.from_json(json.loads(filters)))
    except (ValueError, TypeError, KeyError) as error:
        raise KeepingFailed(
            f"The shared answer {found_id!r} in {keepsakes.file} cannot be read ({error!r}). Restore the file from a "
            "backup, or ask the question again."
        ) from error


def forget(keepsakes: Keepsakes, answer_id: str) -> bool:
    """Makes the link open nothing from now on; False where it did not before. Raises KeepingFailed."""
    with keepsakes.changing() as connection:
        return connection.execute("DELETE FROM shared_answers WHERE id = ?", (answer_id,)).rowcount > 0


def reopen(shared: SharedAnswer, article: Callable[[str], Article | None], generation: int) -> Reopened:
    """Reads every quote again in the articles of `generation`, which `article` gives by their ids.

    A quote that is lost is left out of the text as well: its article may have been taken away for a reason. Of what a
    language model wrote, the statements go that have no quote left.
    """
    answer = shared.answer
    kept = tuple(verified(answer.citations, _reader(article)))
    lost = tuple(citation for citation in answer.citations if citation not in kept)
    if lost:
        answer = _without_lost(answer, kept)
    return Reopened(shared, answer, lost, generation)


def _reader(article: Callable[[str], Article | None]) -> Callable[[str], Article]:
    def read(article_id: str) -> Article:
        found = article(article_id)
        if found is None:
            raise ArticleUnknown(f"The index holds no article {article_id!r}.")
        return found

    return read


def _without_lost(answer: Answer, kept: tuple[Citation, ...]) -> Answer:
    if not answer.statements:
        abstained = answer.abstained or not kept
        text = quoted_text(kept, answer.language, abstained=abstained)
        return replace(answer, text=text, citations=kept, abstained=abstained)
    numbers = {citation.number for citation in kept}
    statements = tuple(
        replace(statement, citations=tuple(number for number in statement.citations if number in numbers))
        for statement in answer.statements
        if numbers.intersection(statement.citations)
    )
    if not statements:
        text = quoted_text((), answer.language, abstained=True)
        return replace(answer, text=text, citations=(), abstained=True, statements=())
    text = stated_text(" ".join(map(_marked, statements)), statements, answer.language)
    return replace(answer, text=text, citations=kept, statements=statements)


def _marked(statement: Statement) -> str:
    return statement.text + "".join(f" [{number}]" for number in statement.citations)
