"""A staging hub on the loopback that is healthy or broken in all the ways that hubs are.

    with StagingHub() as hub:
        hub.mode = "503"
        …ask hub.url + "/hub/health"…
        assert len(hub.asked) == 5

Modes: `ok`; `503` (or any status as its number); `refuse` (nobody listens); `hang` (takes the request, never answers);
`drip` (a byte of the headers every 0.1 s, for ever) and `drip-body`; `redirect` (302 to `hub.redirect_to`: /hub/login,
which says 200); `login` (200, but the login page); `reset` (hangs up); `endless` (a body without end); `flaky`
(`hub.pattern`, statuses in turn, from the first). A wrong name in its certificate: `StagingHub(tls=…)`, with a context that
`loopback.certificate(folder, "other.example.org")` makes.
"""

import json
import ssl
import time
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

from tests.policy.servers.loopback import Loopback

LOGIN = b"<!doctype html><title>JupyterHub</title><form action='/hub/login'>Sign in</form>"


class StagingHub(Loopback):
    def __init__(self, mode: str = "ok", tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []  # method, path, headers in small letters
        self.pattern: tuple[int, ...] = (503, 200)
        self.delay_seconds = 0.0
        self.redirect_to = "/hub/login"
        self.health: dict[str, Any] = {"status": "ok", "version": "5.2.1", "services": {"proxy": {"up": True}}}
        self._turn = count()
        self._mode = "ok"
        super().__init__(type("Handler", (_Handler,), {"hub": self}), tls)
        self.mode = mode

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode, self._turn = mode, count()
        if mode == "refuse":
            self.stop()
        else:
            self.start()

    def status_now(self) -> int:
        """What the next answer says: the mode's own number, or the flaky pattern's next."""
        if self._mode == "flaky":
            return self.pattern[next(self._turn) % len(self.pattern)]
        return int(self._mode) if self._mode.isdigit() else 200


class _Handler(BaseHTTPRequestHandler):
    hub: StagingHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        hub = self.hub
        hub.asked.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        time.sleep(hub.delay_seconds)
        self.close_connection = True
        if self.path.startswith("/hub/login") or hub.mode == "login":
            self.answer(200, LOGIN, "text/html")
        elif hub.mode == "redirect":
            self.answer(302, b"", "text/html", Location=hub.redirect_to)
        elif hub.mode == "hang":
            hub.closing.wait(60)
        elif hub.mode == "reset":
            self.connection.close()
        elif hub.mode == "drip":
            self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000)
        elif hub.mode == "drip-body":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
            self.drip(b"x" * 10_000)
        elif hub.mode == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while not hub.closing.is_set():
                self.wfile.write(b"y" * 65_536)
        else:
            self.answer(hub.status_now(), json.dumps(hub.health).encode(), "application/json")

    do_POST = do_HEAD = do_GET

    def drip(self, what: bytes) -> None:
        for byte in what:
            if self.hub.closing.wait(0.1):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Connection": "close",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
