"""How commands ask the tracker's server, and what they make of servers that are away, silent, or not ours."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tracker.cli import server as module
from tracker.cli.server import NotReached, Server
from tracker.domain.errors import Conflict, Forbidden, Invalid

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    """Serve with a function until the test ends."""
    running = []

    def start(answer: Answer) -> Server:
        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                answer(self)

            do_GET = do_POST = do_PUT = handle_one

            def log_message(self, *_: Any) -> None:
                pass

        served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        served.daemon_threads = True
        threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
        running.append(served)
        return Server(f"http://127.0.0.1:{served.server_port}", "trk_ci_x")

    yield start
    for served in running:
        served.shutdown()
        served.server_close()


def say(handler: BaseHTTPRequestHandler, status: int, body: Any, kind: str = "application/json") -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def soon(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.05, 0.05))


def test_a_question_carries_the_token_and_an_idempotency_key(serve: Any) -> None:
    seen: list[Any] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        seen.append((handler.command, handler.path, dict(handler.headers), json.loads(handler.rfile.read(length))))
        say(handler, 201, {"id": "g1"})

    assert serve(answer).post("/api/v1/gates", {"a": 1}, deadline=soon()) == {"id": "g1"}
    method, path, headers, body = seen[0]
    assert (method, path, body) == ("POST", "/api/v1/gates", {"a": 1})
    assert headers["Authorization"] == "Bearer trk_ci_x" and len(headers["Idempotency-Key"]) == 32


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (409, Conflict), (422, Invalid)])
def test_a_problem_is_told_in_the_servers_words(serve: Any, status: int, error: type[Exception]) -> None:
    there = serve(
        lambda handler: say(handler, status, {"status": status, "detail": "send yaml"}, "application/problem+json")
    )
    with pytest.raises(error, match="send yaml"):
        there.get("/api/v1/x", deadline=soon())


@pytest.mark.parametrize("status", [502, 503])
def test_a_server_that_is_away_is_asked_three_times_with_one_key(serve: Any, status: int) -> None:
    keys: list[Any] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        keys.append(handler.headers["Idempotency-Key"])
        say(handler, status if len(keys) < 3 else 201, {"id": "late"})

    assert serve(answer).post("/api/v1/gates", {}, deadline=soon()) == {"id": "late"}
    assert len(keys) == 3 and len(set(keys)) == 1


def test_nobody_there_is_said_soon() -> None:
    import socket

    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()
    with pytest.raises(NotReached, match=r"could not be reached: Connection refused"):
        Server(f"http://127.0.0.1:{port}", "t").get("/api/v1/x", deadline=soon())
    assert time.monotonic() - start < 2


def test_a_server_that_hangs_is_given_up_in_time(serve: Any) -> None:
    over = threading.Event()
    there = serve(lambda handler: over.wait(30) and None)
    start = time.monotonic()
    with pytest.raises(NotReached, match="did not answer in time"):
        there.post("/api/v1/gates", {}, deadline=soon(1))
    over.set()
    assert time.monotonic() - start < 1.5


def test_a_server_that_drips_is_given_up_in_time(serve: Any) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b" ")

    start = time.monotonic()
    with pytest.raises(NotReached):
        serve(drip).get("/api/v1/x", deadline=soon(0.6))
    over.set()
    assert time.monotonic() - start < 1.2


def test_a_server_at_work_is_waited_for(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.4)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST":
            time.sleep(0.8)
        say(handler, 200, {"done": True})

    assert serve(answer).post("/api/v1/gates", {}, deadline=soon()) == {"done": True}


def test_a_server_that_fails_says_so(serve: Any) -> None:
    there = serve(lambda handler: say(handler, 503, {"detail": "The database is busy."}))
    with pytest.raises(NotReached, match=r"cannot answer now \(503\): The database is busy\."):
        there.get("/api/v1/x", deadline=soon())


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>Welcome to the wi-fi</html>"), (404, b"not ours"), (500, b"oops"), (302, b"")]
)
def test_what_is_no_tracker_is_not_taken_for_one(serve: Any, status: int, body: bytes) -> None:
    with pytest.raises(NotReached):
        serve(lambda handler: say(handler, status, body, "text/html")).get("/api/v1/x", deadline=soon())


def test_the_token_does_not_go_along_with_a_redirect(serve: Any) -> None:
    stolen: list[str] = []
    elsewhere = serve(lambda handler: stolen.append(handler.headers["Authorization"]) or say(handler, 200, {}))

    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", elsewhere.url)
        handler.end_headers()

    with pytest.raises(NotReached, match="elsewhere"):
        serve(redirect).get("/api/v1/x", deadline=soon())
    assert stolen == []


@pytest.mark.parametrize(
    "environ",
    [
        {"TRACKER_SERVER": "tracker.example.org", "TRACKER_TOKEN": "t"},
        {"TRACKER_SERVER": "file:///etc/passwd", "TRACKER_TOKEN": "t"},
        {"TRACKER_SERVER": "https://tracker.example.org"},
        {"TRACKER_SERVER": "https://tracker.example.org", "TRACKER_TOKEN": "a\nb"},
    ],
)
def test_a_server_that_is_named_wrongly_is_said_to_be(environ: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="TRACKER_"):
        Server.of(environ)


def test_without_a_server_there_is_none() -> None:
    assert Server.of({}) is None
