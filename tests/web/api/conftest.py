"""The API as programs use it: a real server on the loopback, asked by httpx with a token."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.policy_world import PolicyWorld, make_policy_world
from tracker.policy.values import Change
from tracker.policy.wire import to_json

CLIENT = httpx.Client(verify=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))  # one for all tests


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class Api:
    """Asks `url` with a token; `told` is the JSON of an answer of that status."""

    url: str
    token: str | None

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, token: str | None = ""
    ) -> httpx.Response:
        secret = self.token if token == "" else token
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return CLIENT.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=60)

    def told(self, method: str, path: str, body: Any = None, *, status: int = 200, **how: Any) -> Any:
        answer = self.ask(method, path, body, **how)
        assert answer.status_code == status, answer.text
        return answer.json()

    def gate(self, change: Change, *, status: int = 201, key: str | None = None, token: str | None = "", **how: Any) -> Any:
        return self.told("POST", "/gates", {"change": to_json(change), **how}, status=status, key=key, token=token)


@pytest.fixture
def world(session: Any, cast: Any) -> PolicyWorld:
    return make_policy_world(session, cast)


@pytest.fixture
def serve(app: Flask) -> Iterator[Callable[[], str]]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield lambda: f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def api(serve: Callable[[], str], world: PolicyWorld) -> Api:
    return Api(serve(), world.ci)
