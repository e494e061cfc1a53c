"""One server of Milvus Lite for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.milvus_server import LiteServer, lite_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    pytest.importorskip("milvus_lite", reason="pip install 'article-assistant[milvus]'")
    with lite_server(tmp_path_factory.mktemp("milvus")) as started:
        yield started
