"""What a client is told when something is refused or fails: a status and one sentence."""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"  # RFC 9457

# What each status means here, for the documentation.
STATUSES = {
    400: "an option is wrong",
    401: "the token is missing or wrong",
    403: "the request comes from a page of another site, or names a host that is not this server",
    404: "there is nothing at this address",
    405: "the address is right and the method is not",
    408: "the request took too long to arrive",
    413: "the picture has too many bytes or too many pixels",
    415: "the bytes are no picture in a format that is read",
    422: "the picture is damaged",
    426: "a stream needs a WebSocket",
    429: "too many requests from this address; `Retry-After` says when to come back",
    500: "the worker died over this picture, or knuckle has a fault",
    503: "too much is waiting, or the server stops; `Retry-After` says when to come back",
    504: "finding the hands took too long",
}
# The close codes of a stream (RFC 6455, 7.4.1).
CLOSED = {
    1001: "the server stops, or no frame came for too long",
    1003: "a frame must be binary, and this message was text",
    1008: "the first message is missing or wrong, or too many frames came in a second",
    1009: "a frame has too many bytes",
    1011: "knuckle has a fault, or the client did not answer a ping",
}
LONGEST_REASON = 120  # bytes; a close frame has room for 123


class Problem(Exception):
    """A request is refused or has failed.

    status: as HTTP has it.
    detail: one sentence that says what is wrong and what to do.
    retry: seconds after which it is worth another try; None if it is not.
    """

    def __init__(self, status: int, detail: str, *, retry: float | None = None) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.retry = retry

    def to_dict(self) -> dict[str, Any]:
        """As RFC 9457 has it."""
        title = HTTPStatus(self.status).phrase
        return {"title": title, "status": self.status, "detail": self.detail}

    def to_json(self) -> bytes:
        """The body of an answer."""
        return json.dumps(self.to_dict()).encode()

    def headers(self) -> dict[str, str]:
        """The headers that belong to the status."""
        headers = {"content-type": MEDIA_TYPE, "cache-control": "no-store"}
        if self.status == 401:
            headers["www-authenticate"] = "Bearer"
        if self.retry is not None:
            headers["retry-after"] = str(max(1, math.ceil(self.retry)))
        return headers


def closing_reason(sentence: str) -> str:
    """A sentence cut to what fits into a close frame."""
    return sentence.encode()[:LONGEST_REASON].decode(errors="ignore")
