"""`make run` as a newcomer types it: the real command, a real server, no answer to any question."""

import os
import re
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in/\S+")
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module", autouse=True)
def made_by_make() -> None:
    """These tests must not make .venv anew under the one who runs them."""
    if not runpy.run_path(str(ROOT / "tools" / "environment.py"))["is_ready"]("run"):
        pytest.skip(".venv was not made by make: run `make test`")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Run:
    """One `make run`; `said` is all that it printed until its link came, or until it ended."""

    def __init__(self, data: Path, *, home: str, **variables: str) -> None:
        self.port = variables.setdefault("PORT", str(free_port()))
        environ = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "TRACKER_DATA_DIR": str(data)}
        variables["PYTHON"] = sys._base_executable  # the one that .venv was made with: another would make it anew
        command = ["make", "run", *(f"{name}={value}" for name, value in variables.items())]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.said = self._listen()

    def _listen(self) -> str:
        assert self.process.stdout is not None
        said, until = "", time.monotonic() + PATIENCE_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not LINK.search(said) and time.monotonic() < until:
                if selector.select(timeout=1):
                    if not (piece := os.read(self.process.stdout.fileno(), 65536)):
                        break
                    said += piece.decode()
        return said

    @property
    def link(self) -> str:
        found = LINK.search(self.said)
        assert found, self.said
        return found[0]

    def get(self, path: str) -> str:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                    body: bytes = answer.read()
                    return body.decode()
            except urllib.error.HTTPError:
                raise
            except OSError:  # the link is printed a moment before the socket listens
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Starts one after the other on the same data; the home folder cannot be written to, unless one is given."""
    running: list[Run] = []

    def start(home: str = "/dev/null/home", **variables: str) -> Run:
        running.append(Run(tmp_path / "data", home=home, **variables))
        return running[-1]

    yield start
    for run in running:
        run.stop()
        assert run.process.stdout is not None
        run.process.stdout.close()


def test_the_first_page_shows_the_open_items_of_the_examples_to_anybody(make_run: Callable[..., Run]) -> None:
    page = make_run().get("/")
    assert "Fetch one package through the mirror every minute" in page
    assert "Block merges to production while the staging hub is down" in page


def test_every_start_prints_a_fresh_link_and_takes_in_nothing_twice(make_run: Callable[..., Run]) -> None:
    first = make_run()
    before = first.get("/items.json")
    first.stop()
    second = make_run(PORT=first.port)
    assert second.link != first.link
    assert second.get("/items.json") == before
    assert "5 unchanged" in second.said, second.said


def test_the_teams_own_documents_replace_the_examples_and_a_tilde_is_the_home_folder(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    docs = tmp_path / "home" / "docs" / "incidents"
    docs.mkdir(parents=True)
    (docs / "2026-08-01-down.md").write_text("# 2026-08-01 Down\n\n## Action items\n\n- [ ] Buy a second disk\n")
    make_run().stop()
    run = make_run(home=str(tmp_path / "home"), DOCS="~/docs/incidents")
    assert "1 created" in run.said, run.said
    listed = [sys.executable, "-m", "tracker", "items", "--format", "md"]
    environ = {"PATH": os.environ["PATH"], "TRACKER_DATA_DIR": str(tmp_path / "data")}
    items = subprocess.run(listed, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
    assert "Buy a second disk" in items and "Fetch one package" not in items


def test_a_used_port_is_one_clear_sentence(make_run: Callable[..., Run]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = make_run(PORT=str(taken.getsockname()[1]))
        assert run.stop() != 0
    assert "PORT=" in run.said and "Traceback" not in run.said, run.said
