"""Puts a Gradio page into the application, the same way for every page: no analytics, no history, no open API."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.web.theme import theme
from assistant.web.untimed import without_times

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI


def mount_page(
    app: "FastAPI",
    blocks: "gradio.Blocks",
    path: str,
    styles: Iterable[str],
    max_file_bytes: int,
    *,
    first_script: str = "",
    also_at: Sequence[str] = (),
) -> "FastAPI":
    """`app` with the page at `path`, which need not end in a slash; what was there before goes before it. `styles` are
    CSS, in their order, `first_script` runs before anything is shown; larger files than `max_file_bytes` are not taken.
    The very same page, with the same queue, answers below the paths `also_at`, too."""
    import gradio as gr
    from starlette.responses import RedirectResponse
    from starlette.routing import Mount

    if path != "/":

        @app.get(path, include_in_schema=False)
        def with_slash() -> RedirectResponse:
            # relative: a proxy may have put it below another path
            return RedirectResponse(f"{path.removeprefix('/')}/")

    without_times(blocks)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        theme=theme(),
        # Not `css=`: Gradio would rewrite the selectors of that.
        head=f"<style>{''.join(styles)}</style>" + (f"<script>{first_script}</script>" if first_script else ""),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        max_file_size=max_file_bytes,
    )
    page = mounted.router.routes[-1]
    assert isinstance(page, Mount)
    for other in also_at:
        mounted.router.routes.insert(-1, Mount(other, app=page.app))
    return mounted
