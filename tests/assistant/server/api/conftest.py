"""The API on a real server, over a real index of four articles; and one whose answers wait for the test."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.server.app import create_app
from assistant.settings import Settings
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from tests.browser.conftest import serving
from tests.gated_assistant import small_index

QUESTION = "when does the library of Ashby open?"
QUOTE = "The library of Ashby opens on Sundays from May on."


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index of four articles."""
    return small_index(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Assistant:
    small = StaticEmbedder()
    return Assistant(LocalIndex.open(settings.beside_index, small), small, small, load_calibration())


@pytest.fixture(scope="module")
def app(engine: Assistant, settings: Settings) -> FastAPI:
    return create_app(engine, keepsakes=Keepsakes.of(settings), collection=CollectionKeeper(settings))


@pytest.fixture(scope="module")
def url(app: FastAPI) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as opened:
        yield opened
