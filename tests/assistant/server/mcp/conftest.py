"""The tools on a real server, over a real index of four articles."""

from collections.abc import Iterator

import pytest

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.settings import Settings
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from tests.assistant.server.api.served import api_over
from tests.browser.conftest import serving
from tests.gated_assistant import small_index


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index of four articles."""
    return small_index(tmp_path_factory.mktemp("mcp"))


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Assistant:
    small = StaticEmbedder()
    return Assistant(LocalIndex.open(settings.beside_index, small), small, small, load_calibration())


@pytest.fixture(scope="module")
def url(engine: Assistant) -> Iterator[str]:
    with serving(api_over(engine)) as address:
        yield address
