"""The widget's script is one small file that speaks every language of the page."""

import gzip
import json
import re

from assistant.web.messages import available
from assistant.widget.script import PREFIX, widget_script


def test_the_script_is_smaller_than_15_kb_compressed() -> None:
    script = widget_script()
    assert len(script.packed) < 15_000
    assert gzip.decompress(script.packed) == script.text


def test_it_says_everything_in_every_language_of_the_page() -> None:
    found = re.search(r"const WORDS = (.*);\n", widget_script().text.decode())
    assert found is not None
    words = json.loads(found[1])
    assert set(words) == set(available())
    assert words["en"]["close"] == "Close"
    assert words["fr"]["close"] == "Fermer"
    for code, messages in available().items():
        named = {key.removeprefix(PREFIX) for key in messages.texts if key.startswith(PREFIX)}
        assert set(words[code]) == named


def test_every_word_that_the_code_says_is_there() -> None:
    text = widget_script().text.decode()
    said = set(re.findall(r'#say\("(\w+)"\)', text)) | set(re.findall(r'#fail\("(\w+)"\)', text))
    assert said >= {"open", "title", "again", "unreachable", "login"}
    assert {f"{PREFIX}{each}" for each in said} <= set(available()["en"].texts)


def test_no_html_no_style_and_no_script_is_made_from_text() -> None:
    text = widget_script().text.decode()
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", '"style"', ".cssText"):
        assert sink not in text, sink
