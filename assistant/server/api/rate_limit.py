"""How often somebody may ask the API."""

from fastapi import Request

from assistant.identity.of_request import asker_of
from assistant.identity.page_origin import sending_page
from assistant.protection.quota import Quota
from assistant.server.api.problems import Problem


class RateLimit:
    """Counts in `quota`, which the chat's page may count in, too."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota

    async def check(self, request: Request) -> None:
        """A dependency of routes. Raises Problem, 429, with the seconds until the next one is let through."""
        address = request.client.host if request.client else ""
        refused = self._quota.take(asker_of(request), address, sending_page(request.headers))
        if refused is None:
            return
        whose = " by the users of this page" if refused.of_page else ""
        detail = f"More than {refused.rate} were sent{whose}. Send the next one in {refused.wait} seconds."
        raise Problem(429, detail, "too_many_requests", headers={"retry-after": str(refused.wait)})
