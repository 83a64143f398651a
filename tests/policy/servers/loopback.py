"""A web server on 127.0.0.1 in a thread, with what a test wants to switch while it runs."""

import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle of an answer is what these servers are for."""


class Loopback:
    """Serves `handler` on a port of its own; `stop` and `start` keep the port, so that a stopped one refuses."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> None:
        self._handler, self._tls = handler, tls
        self._server: _Server | None = None
        self._plug: socket.socket | None = None
        self.closing = threading.Event()
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        if self._server is not None:
            return
        if self._plug is not None:
            self._plug.close()
            self._plug = None
        server = _Server(("127.0.0.1", self.port), self._handler)
        if self._tls:
            server.socket = self._tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self._server = server

    def stop(self) -> None:
        """Refuse connections. A socket that is bound and does not listen keeps the port from being given to others."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        self._plug = socket.socket()
        self._plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._plug.bind(("127.0.0.1", self.port))

    def close(self) -> None:
        self.closing.set()
        self.stop()
        if self._plug is not None:
            self._plug.close()
            self._plug = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for `name` (a host, or an address): its file, for clients to trust; a server's context."""
    kind = "IP" if name.replace(".", "").isdigit() else "DNS"
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "20",
    ]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}", "-out", str(cert), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
