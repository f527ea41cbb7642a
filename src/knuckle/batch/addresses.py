"""Files at addresses that fsspec knows, such as s3://bucket/clip.mp4 and https://host/clip.mp4."""

from __future__ import annotations

import re
from typing import Any

from ..errors import ExtraMissing, KnuckleError, SourceError
from ..extras import import_extra
from .clips import shown

EXTRAS = {"s3": "s3", "s3a": "s3"}  # protocol -> our extra; for others, fsspec names the package
ANSWER_SECONDS = 30  # that a server of the web may be silent
_MISSING_CODES = (404, 410)  # of a server of the web
_DENIED_CODES = (401, 403)
_NO_CREDENTIALS = (
    "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or "
    "FSSPEC_S3_ANON=true if anybody may read it"
)
_BRIEF = 200  # characters of what a server says


class PackageMissing(ExtraMissing):
    """A package that no extra of ours has is not installed; the message has the line to type."""

    def __str__(self) -> str:
        return f"{self.purpose} needs an optional package: pip install {self.extra}"


def protocol_of(address: str) -> str:
    """The first word of an address, such as s3."""
    return re.split("::|://", address, maxsplit=1)[0].lower()


def is_web(address: str) -> bool:
    """Whether an address is that of a page or a file in the web."""
    return protocol_of(address) in ("http", "https")


def file_system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it.

    Raises ExtraMissing when a package is missing, SourceError for an unknown protocol.
    """
    fsspec = import_extra("fsspec", purpose=f"reading {shown(address)}", extra="batch")
    protocol = protocol_of(address)
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(address, **_options(protocol))
        return found
    except ImportError as error:
        purpose = f"access to {protocol}://"
        if protocol in EXTRAS:
            raise ExtraMissing(purpose, EXTRAS[protocol]) from error
        raise PackageMissing(purpose, _package(error)) from error
    except KnuckleError:
        raise
    except Exception as error:  # each file system raises its own
        raise SourceError(f"{shown(address)} cannot be reached: {reason(error)}") from error


def _options(protocol: str) -> dict[str, Any]:
    """What a file system is opened with. A large file may take long, a silent server may not."""
    if protocol not in ("http", "https"):
        return {}
    try:
        import aiohttp
    except ImportError as error:
        raise PackageMissing(f"access to {protocol}://", "aiohttp") from error
    limits = aiohttp.ClientTimeout(None, sock_connect=10, sock_read=ANSWER_SECONDS)
    return {"client_kwargs": {"timeout": limits}}


def _package(error: ImportError) -> str:
    """The package to install, by what fsspec says and by what Python did not find."""
    said = str(error)
    module = (getattr(error.__cause__, "name", None) or "").partition(".")[0]
    named = re.search(r"[Ii]nstall ([\w-]+)", said) or re.search(r'"([\w-]+)"', said)
    return module if module and module in said else named[1] if named else module or "fsspec[full]"


def is_missing(error: BaseException) -> bool:
    """Whether an error says that there is no such file."""
    if isinstance(error, FileNotFoundError):  # the web's file system says so whatever went wrong
        cause = error.__cause__
        return cause is None or (_status(cause) in (0, *_MISSING_CODES) and _is_about_file(cause))
    return False


def _is_about_file(cause: BaseException) -> bool:
    return isinstance(cause, FileNotFoundError) or not isinstance(cause, OSError)


def is_bucket_missing(error: BaseException) -> bool:
    """Whether an error says that even the bucket, in which files would be, is not there."""
    return "bucket does not exist" in str(error)


def is_denied(error: BaseException) -> bool:
    """Whether an error says that one may not do this. It will not help to try again."""
    known = (error, error.__cause__)
    names = {type(e).__name__ for e in known}
    return (
        isinstance(error, PermissionError)
        or any(e is not None and _status(e) in _DENIED_CODES for e in known)
        or bool(names & {"NoCredentialsError", "PartialCredentialsError"})
    )


def reason(error: BaseException) -> str:
    """Why access failed, in a few words."""
    text = " ".join(str(error).split())[:_BRIEF]
    if type(error).__name__ == "NoCredentialsError":
        return _NO_CREDENTIALS
    if isinstance(error, FileNotFoundError):
        if not is_missing(error) and error.__cause__ is not None:
            return reason(error.__cause__)
        return "the bucket does not exist" if is_bucket_missing(error) else "it does not exist"
    if status := _status(error):
        return f"the server answers {status}"
    if is_denied(error):
        return f"access is denied ({text})" if text else "access is denied"
    said = getattr(error, "strerror", None) or text or type(error).__name__
    return said[:1].lower() + said[1:]


def _status(error: BaseException) -> int:
    """What a server of the web answered; 0 if nothing is known."""
    status = getattr(error, "status", 0)
    return status if isinstance(status, int) else 0


def members(address: str, path: str, found: dict[str, Any]) -> dict[str, Any]:
    """What a folder or a pattern holds, by address instead of by path.

    address: of the folder. path: the same folder as the file system says it.
    """
    head, separator, rest = address.partition("::")
    if "://" not in head:
        head, separator, rest = address, "", ""
    start, cut = head.rstrip("/"), len(path.rstrip("/"))
    if not path.strip("/"):
        start, cut = head[: head.index("://") + 2], 0
    return {
        f"{start}/{name[cut:].lstrip('/')}{separator}{rest}": info for name, info in found.items()
    }
