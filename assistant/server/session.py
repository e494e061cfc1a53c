"""A token becomes a cookie, so that a frame can load the chat: with a page, a browser sends no header but its own."""

from fastapi import APIRouter, Request, Response

PATH = "/session"


def session_routes(cookie: str) -> APIRouter:
    """`POST /session` with `Authorization: Bearer` sets the cookie, `DELETE /session` takes it away. The middleware of
    the login has checked the token; it is checked again with every request that sends the cookie."""
    routes = APIRouter(include_in_schema=False)

    # No Path: the cookie goes to what is beside this address, below whatever path a proxy put the server at. A frame on
    # another site's page needs SameSite=None, and one without third-party cookies Partitioned: a cookie for that site.
    attributes = "HttpOnly; Secure; SameSite=None; Partitioned"

    @routes.post(PATH)
    def begin(request: Request) -> Response:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:  # known by the cookie already
            return Response(status_code=204)
        return Response(status_code=204, headers={"set-cookie": f"{cookie}={token.strip()}; {attributes}"})

    @routes.delete(PATH)
    def end() -> Response:
        return Response(status_code=204, headers={"set-cookie": f"{cookie}=; Max-Age=0; {attributes}"})

    return routes
