"""The description of the interface: OpenAPI as JSON, and the same as a page without scripts."""

from __future__ import annotations

import html
from typing import Any

from .. import __version__
from ..checks import checked_count, checked_share
from ..options import DetectOptions, Option, TrackOptions
from .jobs import Options
from .limits import Limits
from .problem import CLOSED, MEDIA_TYPE, STATUSES
from .requested import requestable

Schema = dict[str, Any]
DETECT_STATUSES = (400, 401, 403, 408, 413, 415, 422, 429, 500, 503, 504)
TRACK_STATUSES = (401, 403, 429, 503)
BOUNDS: dict[Any, Schema] = {
    checked_count: {"minimum": 1},
    checked_share: {"minimum": 0, "maximum": 1},
}
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}
# What JSON can say of options whose values are objects in Python.
WORDS: dict[str, Schema] = {
    "search": {
        "type": "string",
        "default": "adaptive",
        "description": "When to look for new hands while fewer than `max_hands` are followed: "
        '"adaptive", "every-frame", "4" (every fourth frame) or "0.2s" (every 0.2 seconds).',
    },
    "smoothing": {
        "type": "boolean",
        "default": True,
        "description": "Smooth hands over time, or return them as the network read them.",
    },
}


def _numbers(*shape: int) -> Schema:
    """The schema of an array of numbers."""
    schema: Schema = {"type": "number"}
    for length in reversed(shape):
        schema = {"type": "array", "items": schema, "minItems": length, "maxItems": length}
    return schema


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


HAND: Schema = {
    "type": "object",
    "description": "`Hand.to_dict()`.",
    "properties": {
        "track_id": _nullable({"type": "integer"}),
        "status": {"enum": ["detected", "tracked", "filled"]},
        "age": {"type": "number", "description": "Seconds since the hand was first seen."},
        "handedness": {"enum": ["left", "right"]},
        "handedness_score": {"type": "number"},
        "presence": {"type": "number"},
        "palm_score": _nullable({"type": "number"}),
        "palm_box": _nullable(_numbers(4)),
        "box": {**_numbers(4), "description": "x0, y0, x1, y1 in pixels."},
        "roi": {
            "type": "object",
            "properties": {
                name: {"type": "number"} for name in ("x", "y", "width", "height", "rotation")
            },
        },
        "image_size": {**_numbers(2), "description": "Width and height in pixels."},
        "landmarks": {
            **_numbers(21, 3),
            "description": "Fractions of the picture's width, height.",
        },
        "points": {**_numbers(21, 2), "description": "The same in pixels."},
        "world_landmarks": {**_numbers(21, 3), "description": "Metres."},
        "confidence": _numbers(21),
        "spread": _nullable(_numbers(21)),
    },
}
PICTURE: Schema = {
    "type": "object",
    "properties": {
        "image_size": {**_numbers(2), "description": "Width and height in pixels, upright."},
        "hands": {"type": "array", "items": {"$ref": "#/components/schemas/Hand"}},
    },
}
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
    },
}
FIRST = """\
The first message is a text, a JSON object. All of its members may be left out:

- `options`: an object with options of the tracker, see below
- `format`: `"picture"`: each frame is a JPEG, PNG or WebP file; or `"rgb"`: it is bytes of red,
  green and blue, row by row, and then `width` and `height` are needed
- `time`: `"arrival"`: a frame was taken when it arrives; or `"sent"`: each frame begins with its
  time, seconds as a little-endian double of 8 bytes

The server answers `{"ready": true}`. After that, each binary message is a frame. For the newest
frame there is a text, `{"frame", "dropped", "time", "image_size", "hands"}`. `frame` is its number
among those that were sent, from 0. A frame that was not begun when the next one came is dropped
and gets no answer; `dropped` says how many were so far. For a frame that cannot be read there is
`{"frame", "dropped", "error"}`, and the stream goes on. `{"restarted"}` says that the process with
the tracker died: ids start anew.
"""


def option_schema(name: str, option: Option, default: Any) -> Schema:
    """What JSON may say for an option of the library."""
    if name in WORDS:
        return WORDS[name]
    schema: Schema = {"type": KINDS[type(option.default)], "default": default}
    if option.choices:
        schema["enum"] = list(option.choices)
    return {**schema, **BOUNDS.get(option.check, {}), "description": option.help}


def _options(kind: type, defaults: Options) -> dict[str, Schema]:
    chosen = dict(defaults)
    return {n: option_schema(n, o, chosen[n]) for n, o in requestable(kind).items()}


def _problems(statuses: tuple[int, ...]) -> Schema:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {
            "description": STATUSES[status][0].upper() + STATUSES[status][1:] + ".",
            "content": content,
        }
        for status in statuses
    }


def _detect(defaults: Options, limits: Limits) -> Schema:
    parameters = []
    for name, schema in _options(DetectOptions, defaults).items():
        described = dict(schema)
        words = described.pop("description")
        parameters.append({"name": name, "in": "query", "description": words, "schema": described})
    types = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/octet-stream")
    return {
        "operationId": "detect",
        "summary": "Find the hands in a picture.",
        "description": f"The body is the picture's file, at most {limits.bytes} bytes and "
        f"{limits.pixels} pixels. It is turned upright by its EXIF orientation.",
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in types},
        },
        "responses": {
            "200": {
                "description": "The hands, highest presence first. `Server-Timing` has the "
                "milliseconds of waiting and of work.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Picture"}}
                },
            },
            **_problems(DETECT_STATUSES),
        },
    }


def _track(defaults: Options) -> Schema:
    options = "".join(
        f"- `{name}` ({_kind(schema)}): {schema['description']}\n"
        for name, schema in _options(TrackOptions, defaults).items()
    )
    codes = "".join(f"- {code}: {meaning}\n" for code, meaning in CLOSED.items())
    return {
        "operationId": "track",
        "summary": "Follow the hands of a stream, over a WebSocket.",
        "description": f"{FIRST}\nOptions:\n\n{options}\nThe server closes with\n\n{codes}",
        "responses": {
            "101": {"description": "The WebSocket is open."},
            **_problems(TRACK_STATUSES),
        },
    }


def _simple(name: str, summary: str, media_type: str, *statuses: int) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": {media_type: {}}},
            **_problems(statuses),
        },
    }


def document(pictures: Options, streams: Options, limits: Limits) -> Schema:
    """The interface of a server as an OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "knuckle serve",
            "version": __version__,
            "description": "Hands in pictures and streams, with 21 3D landmarks each.",
        },
        "paths": {
            "/v1/detect": {"post": _detect(pictures, limits)},
            "/v1/track": {"get": _track(streams)},
            "/healthz": {
                "get": _simple("health", "Whether requests are answered.", "application/json", 503)
            },
            "/metrics": {"get": _simple("metrics", "Figures for Prometheus.", "text/plain", 401)},
        },
        "components": {
            "schemas": {"Hand": HAND, "Picture": PICTURE, "Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}pre{white-space:pre-wrap;font:inherit}"
    "table{border-collapse:collapse}td,th{border-top:1px solid #8886;padding:.3rem .8rem .3rem 0;"
    "text-align:left;vertical-align:top}code{font-size:.95em}"
)


def page(api: Schema) -> str:
    """The document as an HTML page that needs nothing else."""
    parts = [f"<h1>{html.escape(api['info']['title'])} {html.escape(api['info']['version'])}</h1>"]
    parts.append('<p>The same as <a href="/openapi.json">openapi.json</a>.</p>')
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            parts += _operation(path, method, operation)
    return framed("knuckle serve: the interface", "\n".join(parts))


def framed(title: str, body: str) -> str:
    """An HTML page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style><body>{body}</body></html>"
    )


def _operation(path: str, method: str, operation: Schema) -> list[str]:
    parts = [f"<h2>{method.upper()} <code>{html.escape(path)}</code></h2>"]
    parts.append(f"<p>{html.escape(operation['summary'])}</p>")
    if "description" in operation:
        parts.append(f"<pre>{html.escape(operation['description'])}</pre>")
    if operation.get("parameters"):
        rows = [(p["name"], _kind(p["schema"]), p["description"]) for p in operation["parameters"]]
        parts.append(_table(("option", "value", "what it does"), rows))
    answers = [(status, "", r["description"]) for status, r in operation["responses"].items()]
    parts.append(_table(("status", "", "when"), answers))
    return parts


def _kind(schema: Schema) -> str:
    values = ", ".join(schema.get("enum", [])) or schema["type"]
    return f"{values}; by default {schema['default']}"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = ["".join(f"<th>{html.escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
