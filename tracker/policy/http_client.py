"""Ask a URL once: within one total deadline, only where it is allowed, and never more than it should hand over.

httpx's timeouts are per read: a server that sends a byte every half second outlives them all. Here one monotonic deadline
bounds the look-up of the name, the connection, the handshake and every read. The name is resolved here, all of its
addresses are checked, and the connection goes to a checked address, so that no second look-up can lead elsewhere; the
certificate is still checked against the name. Nothing of the environment (proxies, .netrc) is used.
"""

import functools
import hashlib
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpcore
import httpx

from tracker.domain.errors import TrackerError
from tracker.policy.addresses import PUBLIC_ONLY, AddressRefused, Allowed
from tracker.policy.network import CheckedBackend, Resolver, resolve

BODY_BYTES = 64 * 1024
REDIRECTS = 5
REDIRECTED = (301, 302, 303, 307, 308)
USER_AGENT = "postmortem-tracker"


class Unanswered(TrackerError):
    """Nobody answered there. `why` is one of dns, refused, timeout, tls, broken."""

    exit_code = 3

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` have names in small letters; `body` ends after the bytes that were allowed (`cut`)."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    ms: int
    certificate_ends: datetime | None = None  # None: not over TLS

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@functools.cache
def trusted() -> ssl.SSLContext:
    """The usual certificate authorities, once per process: reading them takes a while."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Client:
    """Asks URLs; safe to share between threads, since every request has a connection of its own."""

    allowed: Allowed = PUBLIC_ONLY  # the command line, whose network is the user's own, says EVERYWHERE
    trust: ssl.SSLContext | None = None  # None: the usual authorities
    resolver: Resolver = field(default=resolve)

    def ask(
        self,
        url: str,
        *,
        deadline: float,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        follow_redirects: bool = False,
        max_bytes: int = BODY_BYTES,
    ) -> Answer:
        """One request, finished when `time.monotonic()` is `deadline`.

        Raises `AddressRefused` where this server may not ask, `Unanswered` where nobody answered in time. A redirect is an
        answer unless `follow_redirects`; then each step is checked like the first, and what goes to another site goes
        without `headers`, which may hold a secret.
        """
        given = dict(headers or {})
        for _ in range(REDIRECTS + 1):
            answer = self._once(url, deadline, method, given, content, max_bytes)
            onward = answer.headers.get("location")
            if not follow_redirects or answer.status not in REDIRECTED or not onward:
                return answer
            target = str(httpx.URL(url).join(onward))
            if httpx.URL(target).netloc != httpx.URL(url).netloc or httpx.URL(target).scheme != httpx.URL(url).scheme:
                given = {}
            if answer.status in (301, 302, 303) and method != "HEAD":
                method, content = "GET", None
            url = target
        raise Unanswered("broken", f"More than {REDIRECTS} redirects.")

    def _once(
        self, url: str, deadline: float, method: str, headers: Mapping[str, str], content: bytes | None, max_bytes: int
    ) -> Answer:
        start = time.monotonic()
        parsed = _parsed(url)
        given = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
        transport = _Transport(CheckedBackend(self.allowed, self.resolver, deadline), self.trust or trusted())
        try:
            with (
                httpx.Client(transport=transport, trust_env=False, timeout=None) as client,  # the deadline rules
                client.stream(method, parsed, headers=given, content=content) as response,
            ):
                ends = _certificate_ends(response.extensions.get("network_stream"))  # gone once the body is read
                body, cut = _read(response.iter_raw(), max_bytes)
                took = round((time.monotonic() - start) * 1000)
                known = {name.lower(): value for name, value in response.headers.items()}
                return Answer(str(parsed), response.status_code, known, body, cut, took, ends)
        except (httpcore.TimeoutException, TimeoutError):
            raise Unanswered("timeout", f"No whole answer within {max(deadline - start, 0):.3g} seconds.") from None
        except socket.gaierror:
            raise Unanswered("dns", f"{parsed.host} is not known: no address was found for that name.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, OSError) as error:
            raise _unanswered(error) from None


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused(f"“{url}” is no address: {error}.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressRefused(f"“{url}” cannot be asked: use an address that begins with https:// or http://.")
    return parsed


def _read(chunks: Iterable[bytes], max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False


def _unanswered(error: Exception) -> Unanswered:
    """What went wrong on the way, told from the first cause."""
    cause: BaseException = error
    while (deeper := cause.__cause__ or cause.__context__) is not None:
        cause = deeper
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unanswered("tls", f"Its certificate is not to be trusted: {cause.verify_message}.")
    if isinstance(cause, ssl.SSLError):
        return Unanswered("tls", f"No secure connection came about ({cause.reason or 'TLS'}).")
    if isinstance(cause, ConnectionRefusedError):
        return Unanswered("refused", "The connection was refused: nobody listens there.")
    if isinstance(cause, TimeoutError):
        return Unanswered("timeout", "No answer in time.")
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return Unanswered("broken", f"The connection broke: {text}.")


def _certificate_ends(stream: Any) -> datetime | None:
    shown = stream.get_extra_info("ssl_object") if stream is not None else None
    certificate = shown.getpeercert() if shown is not None else None
    if not certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


class _Transport(httpx.BaseTransport):
    """httpx over httpcore's public pool, whose network is ours."""

    def __init__(self, backend: httpcore.NetworkBackend, trust: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=trust, network_backend=backend, max_keepalive_connections=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request(
            method=request.method,
            url=target,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        stream = answer.stream
        assert isinstance(stream, Iterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(stream), extensions=answer.extensions, request=request
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Any:
        yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()
