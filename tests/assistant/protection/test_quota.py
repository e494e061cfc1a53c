"""Users, addresses and pages are counted each for themselves, by several rates at once."""

import pytest

from assistant.errors import SettingsInvalid
from assistant.identity.asker import EVERYBODY, STRANGER, Asker
from assistant.protection.quota import Quota, counted_as
from assistant.settings import load_settings

ADA, GRACE = (Asker(name, frozenset(), is_owner=False) for name in ("ada", "grace"))
PAGE = "https://intranet.example.org"


def taken(quota: Quota, asker: Asker, times: int, address: str = "192.0.2.1", page: str = "") -> int:
    """How many of so many questions were let through."""
    return sum(quota.take(asker, address, page) is None for _ in range(times))


def test_the_smallest_rate_holds_and_what_it_refuses_counts_in_no_other() -> None:
    quota = Quota("3/day, 5/day")
    assert taken(quota, ADA, 10) == 3
    refused = quota.take(ADA, "")
    assert refused is not None
    assert (refused.rate, refused.of_page) == ("3 per 1 day", False)
    assert 0 < refused.wait <= 86_400
    assert taken(quota, GRACE, 10) == 3


def test_a_page_has_a_quota_for_all_its_users() -> None:
    quota = Quota("none", "4/day")
    assert taken(quota, ADA, 3, page=PAGE) == 3
    assert taken(quota, GRACE, 3, page=PAGE) == 1
    refused = quota.take(GRACE, "", PAGE)
    assert refused is not None
    assert refused.of_page
    assert taken(quota, GRACE, 3, page="https://other.example.org") == 3
    assert taken(quota, GRACE, 9) == 9
    bound = Asker("hedy", frozenset(), is_owner=False, page=PAGE)
    assert taken(quota, bound, 3) == 0


def test_owners_are_not_counted_and_strangers_are_by_their_address() -> None:
    quota = Quota("1/day", "1/day")
    assert taken(quota, EVERYBODY, 5, page=PAGE) == 5
    assert taken(quota, STRANGER, 2, "192.0.2.1") == 1
    assert taken(quota, STRANGER, 2, "192.0.2.2") == 1
    assert taken(quota, STRANGER, 2, "2001:db8::1") == 1
    assert taken(quota, STRANGER, 2, "2001:db8::2") == 0
    assert counted_as(STRANGER, "::ffff:192.0.2.1") == counted_as(STRANGER, "192.0.2.1")


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("none", "none"),
        ("20/minute", "20/minute"),
        ("20/minute,500/day", "20/minute, 500/day"),
        (" 1/second ", "1/second"),
    ],
)
def test_rates_are_settings(text: str, rates: str) -> None:
    settings = load_settings(rate_limit=text, origin_rate_limit=text)
    assert (settings.rate_limit, settings.origin_rate_limit) == (rates, rates)
    Quota(settings.rate_limit)


@pytest.mark.parametrize(
    "text", ["", "0/minute", "1/week", "1/minute,", "1/minute, none", "1.5/day", ",".join(["1/day"] * 9)]
)
def test_what_is_no_rate_is_told(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no rate"):
        load_settings(rate_limit=text)
