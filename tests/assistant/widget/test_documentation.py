"""docs/widget.md says what there is: the proxy that is tested, every attribute, method, event and property."""

import re
from pathlib import Path

from assistant.widget.script import static_text
from tests.browser.behind_nginx import PROXY

PAGE = (Path(__file__).parents[3] / "docs" / "widget.md").read_text(encoding="utf-8")
CODE = static_text("widget.js")


def test_the_proxy_of_the_documentation_is_the_one_that_is_tested() -> None:
    shown = re.search(r"```nginx\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    lines = [line.strip() for line in shown[1].splitlines()]
    assert len(lines) <= 10
    assert [line.strip() for line in PROXY.splitlines() if line.strip() not in lines] == []


def test_every_attribute_is_told() -> None:
    used = {f"data-{name}" for name in re.findall(r"this\.dataset\.(\w+)", CODE)} - {"data-look"}
    used |= set(re.findall(r'\[data-(\w+)="left"\]', static_text("widget.css"))) and {"data-position"}
    assert used == set(re.findall(r"^\| `(data-\w+)` \|", PAGE, re.MULTILINE))


def test_every_method_event_and_property_is_told() -> None:
    methods = set(re.findall(r"^  (?:get )?([a-z]\w+)\(.*\) \{$", CODE, re.MULTILINE))
    methods -= {"constructor", "connectedCallback", "disconnectedCallback", "attributeChangedCallback"}
    assert methods == {"open", "close", "toggle", "isOpen", "ask", "setToken"}
    assert all(f"`{name}" in PAGE for name in methods)
    for event in set(re.findall(r'#tell\("(\w+)"', CODE)):
        assert f"`{event}`" in PAGE, event
    for name in set(re.findall(r"--article-assistant-[\w-]+", static_text("widget.css"))):
        assert name in PAGE, name
