"""Connections to addresses that were looked up and checked here, and that end at a deadline whatever the other side does."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from tracker.policy.addresses import AddressRefused, Allowed, refusal

Resolver = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host as the system knows them; reads `127.1`, `2130706433` and `0x7f.1` as the system does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were looked up and checked here, and hands on streams that know the deadline."""

    def __init__(self, allowed: Allowed, resolver: Resolver, deadline: float) -> None:
        self._allowed, self._resolver, self._deadline = allowed, resolver, deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = look_up(self._resolver, host, port, self._deadline)
        for address in addresses:  # all of them, before the first packet: one bad among good ones is a trick
            if why := refusal(host, address, self._allowed):
                raise AddressRefused(f"This server may not ask there: {why}. An admin can allow it (TRACKER_ALLOWED_HOSTS).")
        trouble: Exception = socket.gaierror(f"no address for {host}")
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(address, port, _left(self._deadline), local_address, socket_options)
                return _Stream(stream, self._deadline)
            except httpcore.ConnectError as error:
                trouble = error
        raise trouble

    def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise AddressRefused("Sockets on this machine are not asked.")


class _Stream(httpcore.NetworkStream):
    """A connection every one of whose steps ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises past it: a socket would take 0 for “do not wait”."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline is past")
    return left


def look_up(resolver: Resolver, host: str, port: int, deadline: float) -> list[str]:
    """Resolve in a thread of its own, since the system's look-up cannot be told to hurry.

    Raises `socket.gaierror` where there is no such name, `httpcore.ConnectTimeout` where it takes too long; the thread then
    ends by itself some time later and holds nothing up.
    """
    found: list[str] = []
    trouble: list[Exception] = []

    def work() -> None:
        try:
            found.extend(resolver(host, port))
        except Exception as error:
            trouble.append(error)

    thread = threading.Thread(target=work, daemon=True, name=f"look up {host}")
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise httpcore.ConnectTimeout("looking up the name took too long")
    if trouble:
        raise socket.gaierror(str(trouble[0])) from trouble[0]
    return found
