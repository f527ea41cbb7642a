"""Who may ask: the host that a request names, the page that it comes from, and its token."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from .problem import Problem

# What a browser fetches without cookies, and what a monitor asks. None of it is a secret.
OPEN = ("/healthz", "/manifest.webmanifest", "/icons/")
COOKIE_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    names: host names of this server, lower case. Addresses are always right: a page of another
        site can point a name of its own at this machine, but no address.
    token: None if no token is needed.
    port: the cookie's name has it, because a browser sends cookies to every port of a host.
    is_secure: whether it is served over TLS.
    """

    names: frozenset[str]
    token: str | None
    port: int
    is_secure: bool

    @property
    def cookie(self) -> str:
        """The name of the cookie with the token."""
        return f"knuckle-{self.port}"

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Let a request pass. headers: by lower-case name. Raises Problem 401 or 403."""
        self.check_origin(headers)
        if not path.startswith(OPEN) and not self.is_known(headers):
            raise Problem(
                401, "the token is missing or wrong: open the address that knuckle serve printed"
            )

    def check_origin(self, headers: Mapping[str, str]) -> None:
        """Refuse foreign host names, and pages of other sites. Raises Problem 403."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise Problem(
                403, f"this server is not {host!r}: knuckle serve --name adds a host name"
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            raise Problem(403, f"a page of {origin!r} may not use this server")

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        try:
            ipaddress.ip_address(name.partition("%")[0])
        except ValueError:
            return name.lower() in self.names
        return True

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Whether a request has the token, as a bearer's or in the cookie, or needs none."""
        kind, _, words = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.is_token(words.strip()):
            return True
        return self.is_token(_cookie(headers.get("cookie", ""), self.cookie))

    def is_token(self, words: str) -> bool:
        """Whether this is the token; takes as long for a wrong one as for a nearly right one."""
        if self.token is None:
            return True
        return secrets.compare_digest(words.encode(), self.token.encode())

    def cookie_header(self) -> str:
        """The header that makes a browser keep the token."""
        flags = f"Max-Age={COOKIE_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
        return f"{self.cookie}={self.token}; {flags}" + ("; Secure" if self.is_secure else "")


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value
