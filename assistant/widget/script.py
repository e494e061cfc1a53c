"""The script of the widget, as one file: its words in every language of the page, its style, and its code."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.web.messages import available

PREFIX = "widget_"
"""Of the messages that the widget itself says."""


@dataclass(frozen=True, slots=True)
class WidgetScript:
    """`text` is JavaScript in UTF-8, `packed` the same by gzip; `tag` changes with it."""

    text: bytes
    packed: bytes
    tag: str


def static_text(name: str) -> str:
    """A file of `static/`."""
    return files("assistant.widget").joinpath("static", name).read_text(encoding="utf-8")


@cache
def widget_script() -> WidgetScript:
    words = {
        code: {key.removeprefix(PREFIX): text for key, text in sorted(messages.texts.items()) if key.startswith(PREFIX)}
        for code, messages in sorted(available().items())
    }
    made = "\n".join(
        (
            '(() => {\n"use strict";',
            f"const WORDS = {_written(words)};",
            f"const STYLE = {_written(static_text('widget.css'))};",
            static_text("widget.js"),
            "})();\n",
        )
    ).encode()
    return WidgetScript(made, gzip.compress(made, 9, mtime=0), f'"{hashlib.sha256(made).hexdigest()[:20]}"')


def _written(value: object) -> str:
    """As JavaScript: JSON is a part of it."""
    return json.dumps(value, ensure_ascii=False)
