"""Requests that schemathesis makes from the OpenAPI document, right and wrong ones, are answered as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assistant.answering import Assistant
from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.settings import Settings
from tests.assistant.server.api.served import api_over

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = "/api/v1/openapi.json"


def operations() -> Iterator[tuple[str, str, GenerationMode]]:
    """Every address with right requests; with wrong ones where a part of the request can be wrong."""
    for path, methods in TestClient(api_over(None)).get(DOCUMENT).json()["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, GenerationMode.POSITIVE
            if "requestBody" in told or any(each["in"] == "query" for each in told.get("parameters", ())):
                yield method.upper(), path, GenerationMode.NEGATIVE


@pytest.fixture(scope="module")
def app(engine: Assistant, settings: Settings) -> FastAPI:
    return api_over(engine, keepsakes=Keepsakes.of(settings), collection=CollectionKeeper(settings))


@pytest.mark.parametrize(("method", "path", "mode"), list(operations()))
def test_no_request_makes_the_server_fail(url: str, method: str, path: str, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_url(url + DOCUMENT)
    operation = document[path][method]

    @examples(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    send()
