"""`POST /v1/detect`: a picture in, its hands out."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response

from .incoming import Incoming
from .jobs import Answer, Detect
from .limits import body
from .problem import Problem
from .requested import picture_options
from .service import Service


async def detect(service: Service, request: Request, incoming: Incoming) -> Response:
    """Answer a picture with its hands. Raises Problem, ClientDisconnect."""
    service.rates.check(client_of(request.scope), time.monotonic())
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Problem(415, "send the bytes of the picture as the body, not as a form")
    options = picture_options(service.picture_defaults, request.query_params.multi_items())
    with body(service.held) as collected:
        data = await incoming.read(collected, service.limits)
        if not data:
            raise Problem(415, "there is no picture: send its bytes as the body")
        started = time.perf_counter()
        answer = await incoming.unless_gone(service.pool.detect(Detect(data, options)))
    passed = time.perf_counter() - started
    service.metrics.answered("picture", answer.seconds, passed)
    return Response(
        picture_json(answer),
        media_type="application/json",
        headers={"cache-control": "no-store", "server-timing": _timing(answer, passed)},
    )


def client_of(scope: object) -> str:
    """The address that a request comes from."""
    client = scope.get("client") if isinstance(scope, dict) else None
    return str(client[0]) if client else ""


def picture_json(answer: Answer) -> bytes:
    """The body for a picture. Raises Problem if it has none."""
    if answer.status != 200:
        raise Problem(answer.status, answer.body.decode())
    width, height = answer.image_size
    return b'{"image_size": [%d, %d], "hands": %s}' % (width, height, answer.body)


def _timing(answer: Answer, passed: float) -> str:
    waited = max(0.0, passed - answer.seconds)
    return f"wait;dur={1000 * waited:.1f}, work;dur={1000 * answer.seconds:.1f}"
