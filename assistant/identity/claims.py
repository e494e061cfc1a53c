"""What is said of a user, by a proxy or in a token, checked before anything is done with it."""

from collections.abc import Iterable

from assistant.errors import LoginRefused

LONGEST_NAME = 256
MOST_GROUPS = 2_000


def checked_name(value: object) -> str:
    """Raises LoginRefused for what is no name."""
    name = value.strip() if isinstance(value, str) else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise LoginRefused("the user has no name, or one that cannot be used")
    return name


def checked_groups(value: object) -> frozenset[str]:
    """Groups from a list of names, or from one text with commas; None is no group. Raises LoginRefused: somebody whose
    groups cannot be understood is nobody."""
    if value is None:
        return frozenset()
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, Iterable) or isinstance(names, dict):
        raise LoginRefused("the user's groups are not a list of names")
    listed = list(names)
    if len(listed) > MOST_GROUPS or not all(isinstance(name, str) for name in listed):
        raise LoginRefused(f"the user's groups are not a list of at most {MOST_GROUPS} names")
    # As the articles' groups are read: without outer white space, each on one line.
    return frozenset(filter(None, (" ".join(name.split()) for name in listed)))
