"""The settings of hosts, quotas, the record of who asked, and how long things are kept; docs/privacy.md tells more."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from assistant.identity.settings import Names

NO_LIMIT = "none"
MOST_RATES = 8

_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour|day)\Z")
_HOST = re.compile(r"\.?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?\Z|\[[0-9a-f:.]+\]\Z")


def rates_in(text: str) -> tuple[str, ...]:
    """The rates in "120/minute, 2000/day"; none where it is "none"."""
    return () if text == NO_LIMIT else tuple(part.strip() for part in text.split(","))


def _rates(value: str) -> str:
    rates = rates_in(value.strip())
    wrong = [rate for rate in rates if not _RATE.match(rate)]
    if wrong or len(rates) > MOST_RATES:
        raise ValueError("is no rate such as 120/minute, several with commas between, or none")
    return ", ".join(rates) or NO_LIMIT


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    hosts = tuple(value.lower().rstrip(".") for value in values)
    for host in hosts:
        if not _HOST.match(host):
            raise ValueError(
                f"{host!r:.120} is no host such as kb.example.org, without https:// and port; "
                ".example.org stands for all that end in it"
            )
    return hosts


Rates = Annotated[str, AfterValidator(_rates)]


class ProtectionSettings(BaseModel):
    """Part of the settings."""

    allowed_hosts: Annotated[Names, AfterValidator(_hosts)] = Field(
        (), description="The host names that the server answers for, beside this machine's own; all if not set."
    )
    rate_limit: Rates = Field(
        "120/minute",
        description="How often one user, or one address where nobody logs in, may ask, such as '20/minute, 500/day'; "
        "owners may always.",
    )
    origin_rate_limit: Rates = Field(
        NO_LIMIT, description="How often all users of one page that embeds the chat or calls the API may ask together."
    )
    audit_file: Path | None = Field(
        None, description="Where it is written down who asked when, and which articles were cited; nowhere if not set."
    )
    audit_questions: bool = Field(False, description="Whether the questions themselves are written there, too.")
    audit_days: int = Field(90, ge=1, le=36_500, description="For how many days that is kept.")
    retention_days: int | None = Field(
        None, ge=1, le=36_500, description="For how many days shared answers and feedback are kept; always if not set."
    )
