"""Where the server can be reached: addresses and names of this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import suppress

from ..errors import ServeError

# Addresses for documentation (RFC 5737, RFC 3849). Nothing is sent: the system only says which of
# its own addresses it would use for a packet to the outside.
OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
ANY = {"0.0.0.0", "::"}


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host. Raises ServeError when there is no such host."""
    return all(ipaddress.ip_address(each).is_loopback for each in _resolved(host))


def _resolved(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ServeError(
            f"there is no host {host!r} on this machine: --host takes one of its addresses, or "
            "0.0.0.0 for all of them"
        ) from error
    return [str(address[0]).partition("%")[0] for *_, address in found]


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on a host and port, 0 for any that is free. Raises ServeError."""
    is_version_6 = all(":" in address for address in _resolved(host))
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if is_version_6 else socket.AF_INET,
            backlog=512,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number).lower() if number else str(error)
        raise ServeError(
            f"cannot listen on {host}, port {port}: {reason}; --port 0 takes one that is free"
        ) from error


def machine_addresses() -> list[str]:
    """The addresses of this machine in its networks, the likeliest first."""
    found: list[str] = []
    for family, outside in OUTSIDE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, 9))
            found.append(probe.getsockname()[0])
    with suppress(OSError):
        for *_, address in socket.getaddrinfo(socket.gethostname(), None):
            found.append(str(address[0]).partition("%")[0])
    outer = [each for each in dict.fromkeys(found) if _is_outer(each)]
    return sorted(outer, key=lambda each: ":" in each)


def _is_outer(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)


def machine_names() -> frozenset[str]:
    """Host names that mean this machine, lower case."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return frozenset({"localhost", name, short, f"{short}.local"})


def reachable_hosts(host: str) -> list[str]:
    """The hosts to open in a browser for a host that the server listens on."""
    return machine_addresses() or ["127.0.0.1"] if host in ANY else [host]


def url(host: str, port: int, *, is_secure: bool, token: str | None = None) -> str:
    """The address of the page."""
    authority = f"[{host}]" if ":" in host else host
    query = f"?token={token}" if token else ""
    return f"http{'s' if is_secure else ''}://{authority}:{port}/{query}"
