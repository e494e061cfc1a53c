"""The person or program behind a request, and which articles it may see."""

from dataclasses import dataclass

from index import access
from index.conditions import Condition
from index.types import Article


@dataclass(frozen=True, slots=True)
class Asker:
    """`name` is None where nobody logs in. `groups` are the access groups that the asker is in; None means that no
    access rules apply, and everything may be seen. `is_owner` tells whether the collection may be changed. `page` is
    the origin of the page that the asker's token is bound to, if it is to one."""

    name: str | None
    groups: frozenset[str] | None
    is_owner: bool
    page: str | None = None

    def allowed(self) -> Condition | None:
        """What a search for this asker is narrowed to; None where everything may be found."""
        return None if self.groups is None else access.open_to(self.groups)

    def may_see(self, article: Article) -> bool:
        """Whether the article is open to everybody, or to one of the asker's groups."""
        return access.may_see(self.groups, article.groups)


EVERYBODY = Asker(name=None, groups=None, is_owner=True)
"""Whoever asks where there is no login, on one's own machine: everything may be seen and changed."""

STRANGER = Asker(name=None, groups=frozenset(), is_owner=False)
"""Somebody of whom nothing is known: sees what is open to everybody, where strangers see anything."""
