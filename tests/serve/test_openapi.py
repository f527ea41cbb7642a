"""The description of the interface is that of the interface."""

from __future__ import annotations

import re
from typing import Any

import pytest

from knuckle.options import DetectOptions, TrackOptions, options_of
from knuckle.serve.app import ROUTES
from knuckle.serve.problem import STATUSES

from .serving import PALM, Server, serving


@pytest.fixture
def api(server: Server) -> Any:
    """As the server sends it."""
    return server.get("/openapi.json").json


def matches(value: Any, schema: Any, schemas: Any) -> bool:
    """Whether a value is as a schema of the document says."""
    if "$ref" in schema:
        return matches(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return any(matches(value, each, schemas) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kinds: dict[str, Any] = {
        "number": (int, float),
        "integer": int,
        "string": str,
        "null": type(None),
    }
    if schema["type"] == "array":
        if not isinstance(value, list):
            return False
        count = schema.get("minItems", len(value)), schema.get("maxItems", len(value))
        fits = count[0] <= len(value) <= count[1]
        return fits and all(matches(each, schema["items"], schemas) for each in value)
    if schema["type"] == "object":
        if not isinstance(value, dict):
            return False
        named = schema["properties"]
        return set(value) == set(named) and all(matches(value[n], named[n], schemas) for n in named)
    return isinstance(value, kinds[schema["type"]])


def test_answers_are_as_described(server: Server, api: Any) -> None:
    """A picture's and a problem's, with all of their members and no other."""
    schemas = api["components"]["schemas"]

    assert matches(server.detect(PALM).json, schemas["Picture"], schemas)
    assert matches(server.detect(b"").json, schemas["Problem"], schemas)
    assert not matches(server.detect(b"").json, schemas["Picture"], schemas)


def test_all_options_are_described(api: Any) -> None:
    """Those that a request may choose."""
    own = {"engine", "precision", "device", "threads"}
    parameters = {p["name"]: p["schema"] for p in api["paths"]["/v1/detect"]["post"]["parameters"]}
    words = api["paths"]["/v1/track"]["get"]["description"]

    assert set(options_of(DetectOptions)) - own == set(parameters)
    assert {"type": "integer", "default": 2, "minimum": 1} == parameters["max_hands"]
    assert ["full", "lite"] == parameters["variant"]["enum"]
    assert set(options_of(TrackOptions)) - own == set(re.findall(r"^- `(\w+)` \(", words, re.M))


def test_defaults_are_those_of_the_server() -> None:
    """As it was started."""
    with serving(options={"max_hands": 5}) as server:
        api = server.get("/openapi.json").json
    parameters = {p["name"]: p["schema"] for p in api["paths"]["/v1/detect"]["post"]["parameters"]}

    assert 5 == parameters["max_hands"]["default"]


def test_addresses_and_statuses_are_described(api: Any) -> None:
    """All that programs ask; each with its sentence."""
    methods = {p: next(iter(m)).upper() for p, m in api["paths"].items()}
    described = {n for m in api["paths"].values() for o in m.values() for n in o["responses"]}

    assert {p: m for p, (m, _) in ROUTES.items() if p not in ("/docs", "/openapi.json")} == methods
    assert {str(each) for each in STATUSES} - {"404", "405", "426"} == described - {"101", "200"}


def test_the_page_of_it_needs_nothing_else(server: Server) -> None:
    """No script, no other file, no other host; its one style is the one that is allowed."""
    answer = server.get("/docs")
    text = answer.body.decode()

    assert "<script" not in text
    assert [] == re.findall(r"(?:src|href)=\"(?!/openapi\.json)[^\"]*", text)
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert "max_hands" in text
    assert "&quot;rgb&quot;" in text
