"""The tracker's server as commands ask it: TRACKER_SERVER, TRACKER_TOKEN, JSON. An answer or an error within a known time.

Where nobody answers it is tried three times within 20 seconds. A server that listens and says nothing is either at work (it
asks a forge for its own checks) or stuck: after a while a second, trifling question tells which. Standard library only, so
that a command which asks once does not load an HTTP client; each request runs in a thread that can be left behind, since
timeouts of sockets are per read and a server may drip.
"""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tracker import __version__
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded, TooLarge, TrackerError, Unavailable

TRIES = 3
PATIENCE_SECONDS = 20.0  # for the tries together, and until a silent server is asked whether it lives
PAUSES = (0.5, 2.0)
LARGEST_ANSWER = 32 * 1024 * 1024
ERRORS: dict[int, type[TrackerError]] = {
    400: Invalid,
    401: SignInNeeded,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Invalid,
}


class NotReached(Unavailable):
    """The server did not answer, or not as this program's server does. Exit code 3."""


@dataclass(frozen=True)
class Server:
    """Where the server is and what we show it. Give `deadline` (`time.monotonic()`) to whatever must end in time."""

    url: str
    token: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Server | None":
        """The server that the environment names; None without TRACKER_SERVER. Raises `Invalid` for what is no address."""
        url = environ.get("TRACKER_SERVER", "").strip().rstrip("/")
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise Invalid("TRACKER_SERVER is no address: use one such as https://tracker.example.org.")
        token = environ.get("TRACKER_TOKEN", "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise Invalid(
                "TRACKER_TOKEN has to hold a token of that server: an admin makes one with `tracker token create`."
            )
        return cls(url, token)

    def get(self, path: str, *, deadline: float) -> Any:
        return self.ask("GET", path, None, deadline=deadline)

    def post(self, path: str, body: Any, *, deadline: float, key: str | None = None) -> Any:
        """Send `body` as JSON; sent again after a failure it carries the same idempotency key, so it counts once."""
        return self.ask("POST", path, body, deadline=deadline, key=key or uuid.uuid4().hex)

    def put(self, path: str, body: Any, *, deadline: float) -> Any:
        return self.ask("PUT", path, body, deadline=deadline)

    def ask(self, method: str, path: str, body: Any, *, deadline: float, key: str | None = None) -> Any:
        """The answer's JSON. Raises the error that the server's status stands for, or `NotReached`."""
        give_up = min(deadline, time.monotonic() + PATIENCE_SECONDS)
        for attempt in range(TRIES):
            try:
                return self._once(method, path, body, key, deadline, give_up)
            except NotReached:
                pause = PAUSES[attempt] if attempt < len(PAUSES) else 0.0
                if attempt + 1 == TRIES or time.monotonic() + pause >= give_up:
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, path: str, body: Any, key: str | None, deadline: float, give_up: float) -> Any:
        request = self._request(method, path, body, key)
        answers = _in_a_thread(request)
        silent_until = (time.monotonic() + give_up) / 2  # half of what is left is for the question whether it lives
        answer = _wait(answers, silent_until)
        if answer is None and time.monotonic() < give_up:
            alive = _wait(_in_a_thread(self._request("GET", "/api/v1/", None, None)), give_up)
            if isinstance(alive, _Answer):
                answer = _wait(answers, deadline)
        if answer is None:
            raise NotReached(f"The tracker at {self.host} did not answer in time.")
        if isinstance(answer, Exception):
            raise NotReached(f"The tracker at {self.host} could not be reached: {_why(answer)}.")
        return self._said(answer)

    def _request(self, method: str, path: str, body: Any, key: str | None) -> urllib.request.Request:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "User-Agent": f"postmortem-tracker/{__version__}",
        }
        if key is not None:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        return urllib.request.Request(self.url + path, data=data, headers=headers, method=method)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def _said(self, answer: "_Answer") -> Any:
        try:
            told = json.loads(answer.body) if answer.body else None
        except ValueError:
            told = None
        if 200 <= answer.status < 300 and told is not None:
            return told
        detail = told.get("detail") if isinstance(told, dict) else None
        if answer.status in ERRORS and isinstance(detail, str):
            raise ERRORS[answer.status](detail)
        if 300 <= answer.status < 400:
            raise NotReached(f"The tracker at {self.host} sends us elsewhere ({answer.status}): correct TRACKER_SERVER.")
        if answer.status >= 500:  # 502, 503, 504: a proxy whose server is away, or ours without its database
            said = f": {detail}" if isinstance(detail, str) else "."
            raise NotReached(f"The tracker at {self.host} cannot answer now ({answer.status}){said}")
        raise NotReached(f"What answers at {self.host} does not answer as a tracker does ({answer.status}).")


def segment(text: str) -> str:
    """A name as one part of a path."""
    return quote(text, safe="")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is not followed: it would take the token along."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_Answers = queue.SimpleQueue["_Answer | Exception"]


def _in_a_thread(request: urllib.request.Request) -> _Answers:
    answers: _Answers = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_send(request)), name="ask the tracker", daemon=True).start()
    return answers


def _send(request: urllib.request.Request) -> "_Answer | Exception":
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request) as response:
            return _Answer(response.status, response.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        try:
            return _Answer(error.code, error.read(LARGEST_ANSWER))
        except OSError as broken:
            return broken
        finally:
            error.close()
    except Exception as error:  # urllib lets through what sockets, TLS and http.client raise
        return error


def _wait(answers: _Answers, until: float) -> "_Answer | Exception | None":
    try:
        return answers.get(timeout=max(0.001, until - time.monotonic()))
    except queue.Empty:
        return None


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return str(getattr(reason, "strerror", None) or reason or type(error).__name__)
