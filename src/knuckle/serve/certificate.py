"""A certificate that the machine makes for itself, and keeps so that a phone is asked only once."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import ServeError
from ..io.whole import write_whole

DAYS = 397  # the most that browsers take
RENEWED = timedelta(days=7)  # before it ends
ALWAYS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate and its private key."""

    certificate: Path
    key: Path


def own_certificate(folder: Path, hosts: Iterable[str], now: datetime | None = None) -> Certificate:
    """The certificate in a folder, made anew where it ends soon or lacks one of the hosts.

    hosts: addresses and names that a browser may type. A new certificate keeps the hosts of the old
        one, so a machine that moves between two networks needs only one.
    Raises ServeError when the folder cannot be written to.
    """
    now = now or datetime.now(UTC)
    files = Certificate(folder / "certificate.pem", folder / "key.pem")
    wanted = {*ALWAYS, *hosts}
    known = _hosts(files, now)
    if known is None or not wanted <= known:
        _write(files, sorted(wanted | (known or set())), now)
    return files


def _hosts(files: Certificate, now: datetime) -> set[str] | None:
    """The hosts of a certificate that is still good; None if there is none."""
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
        return None
    is_pair = certificate.public_key() == key.public_key()
    if not is_pair or certificate.not_valid_after_utc - now < RENEWED:
        return None
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return {*names.get_values_for_type(x509.DNSName), *addresses}


def _write(files: Certificate, hosts: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        files.key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_secret(files.key, key)
        with write_whole(files.certificate) as partial:
            partial.write_bytes(_signed(key, hosts, now).public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ServeError(f"cannot keep a certificate in {files.key.parent}: {reason}") from error


def _write_secret(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key that only its owner can read, from the first byte on."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _signed(key: ec.EllipticCurvePrivateKey, hosts: list[str], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "knuckle serve")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone's clock may be behind
        .not_valid_after(now + timedelta(days=DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([_name_of(host) for host in hosts]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )


def _name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
