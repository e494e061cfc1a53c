"""`python -m tests.assistant.server.waiting_server PORT SECONDS`: a server whose answers never end.

`/quick` alone is answered. `/begun` begins its response, `/waiting` does not; that each is at work is told on stdout.
"""

import asyncio
import sys

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.server.serve import serve
from assistant.server.stopping import Stopping


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/quick":
        await Response()(scope, receive, send)
        return
    if scope["path"] == "/begun":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
    sys.stdout.write(f"{scope['path']}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _say(_url: str) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main() -> None:
    app = FastAPI()
    app.mount("/", never)
    serve(app, port=int(sys.argv[1]), stopping=Stopping(float(sys.argv[2])), ready=_say)


if __name__ == "__main__":
    main()
