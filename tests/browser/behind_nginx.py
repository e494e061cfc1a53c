"""A real nginx with TLS before servers on this machine, under made-up names that Chromium maps to it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from assistant.server.serve import listen

PROXY = """proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_http_version 1.1;
        proxy_buffering off;
        proxy_read_timeout 300s;"""
"""As docs/widget.md has it; a test compares."""


@dataclass(frozen=True, slots=True)
class Site:
    """One name: `pages` maps a path to its type and text, `proxied` a path to the address behind it."""

    name: str
    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    proxied: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def free_port() -> int:
    bound = listen(port=0)
    port: int = bound.getsockname()[1]
    bound.close()
    return port


@contextmanager
def nginx(sites: Sequence[Site], folder: Path, port: int) -> Iterator[None]:
    """Serves the sites by https on one port of this machine; skips the test where there is no nginx."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no nginx on the PATH, in /usr/sbin or in /usr/local/sbin")
    _certificate([site.name for site in sites], folder)
    (folder / "nginx.conf").write_text(_configuration(sites, folder, port), encoding="utf-8")
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors.log")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _listens(port):
            assert process.poll() is None, (folder / "errors.log").read_text(encoding="utf-8")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certificate(names: Sequence[str], folder: Path) -> None:
    """Signed by itself, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)


def _configuration(sites: Sequence[Site], folder: Path, port: int) -> str:
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    servers = "\n".join(_server(site, port) for site in sites)
    return (
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; events {{}}\n"
        f"http {{ access_log off; {temporary} ssl_certificate {folder}/certificate.pem;"
        f" ssl_certificate_key {folder}/key.pem;\n{servers}\n}}\n"
    )


def _server(site: Site, port: int) -> str:
    headers = "".join(f'add_header {name} "{value}" always; ' for name, value in site.headers.items())
    pages = "".join(
        f"    location = {path} {{ default_type {kind}; {headers}return 200 '{text}'; }}\n"
        for path, (kind, text) in site.pages.items()
    )
    proxied = "".join(
        f"    location {path} {{\n        proxy_pass {address};\n        {PROXY}\n    }}\n"
        for path, address in site.proxied.items()
    )
    return f"  server {{ listen 127.0.0.1:{port} ssl; server_name {site.name};\n{pages}{proxied}  }}"
