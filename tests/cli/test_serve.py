"""`tracker serve`: a real server on this machine, with a link that signs in once."""

import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Tracker
from tests.services.conftest import report

pytestmark = pytest.mark.databases("sqlite")  # the server is the same on both, and each start takes seconds
LINK = re.compile(r"Sign in: (http://127\.0\.0\.1:\d+)(/sign-in/\S+)")


class Served:
    """A running server; `said` is what it printed until its link came."""

    def __init__(self, words: tuple[object, ...], environ: dict[str, str], folder: Path) -> None:
        command = [sys.executable, "-m", "tracker", "serve", "--port", "0", *map(str, words)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, env=environ
        )
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if found := LINK.search(line):
                self.url, self.link = found.groups()
                return
        raise AssertionError(self.said)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as why:
            with why:
                return why.code, why.read().decode()

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        rest = self.process.communicate(timeout=30)[0]
        return self.process.returncode, rest


Serve = Callable[..., Served]


@pytest.fixture
def serve(environ: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    running: list[Served] = []

    def start(*words: object) -> Served:
        running.append(Served(words, environ, tmp_path))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()


def test_it_runs_what_is_due_and_ends_at_once(serve: Serve, database_url: str) -> None:
    server = serve()
    beats, until = 0, time.monotonic() + 30
    while not beats and time.monotonic() < until:
        time.sleep(0.2)
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as database:
            beats = database.execute("SELECT count(*) FROM beat").fetchone()[0]
        database.close()
    assert beats, "the thread of `tracker serve` has not ticked"
    start = time.monotonic()
    assert server.stop() == (0, "Stopped.\n")
    assert time.monotonic() - start < 5


def test_it_shows_the_examples_to_anybody_and_prints_a_link_that_changes_nothing_when_opened(serve: Serve) -> None:
    server = serve("--examples", ROOT / "incidents")
    assert server.get("/")[0] == 200
    first, second = server.get(server.link), server.get(server.link)
    assert first[0] == second[0] == 200 and "<form" in first[1]
    code, rest = server.stop()
    assert code == 0 and "Stopped." in rest and "Traceback" not in rest


def test_links_of_other_commands_lead_to_the_server_that_runs_and_to_no_other(serve: Serve, tracker: Tracker) -> None:
    server = serve()
    assert f"{server.url}/sign-in/" in tracker("user", "invite", "Ada", PORT="5099").stdout
    server.stop()
    assert "http://127.0.0.1:5099/sign-in/" in tracker("user", "link", "Ada", PORT="5099").stdout
    killed = serve()
    killed.process.kill()
    killed.process.wait()
    assert "http://127.0.0.1:5000/sign-in/" in tracker("user", "link", "Ada").stdout


def test_the_teams_own_documents_replace_the_examples_which_can_come_back(
    serve: Serve, tracker: Tracker, tmp_path: Path
) -> None:
    folder = tmp_path / "incidents"  # a copy, since a clone of this repository is called by its remote
    shutil.copytree(ROOT / "incidents", folder)
    serve("--examples", folder).stop()
    examples = tracker("items", "--format", "json").stdout
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(report("Own trouble", items=("Do our own thing",)))
    (tmp_path / "docs" / "bad.md").write_bytes(b"\0")
    server = serve("--docs", "docs", "--examples", folder)
    assert "1 created" in server.said and "refused" in server.said and "source restore incidents" in server.said
    assert server.get("/")[0] == 401  # the team's own are internal
    server.stop()
    again = serve("--examples", folder)
    assert "created" not in again.said
    again.stop()
    assert "Do our own thing" in (own := tracker("items", "--format", "json").stdout) and own.count('"key"') == 1
    tracker("source", "remove", "docs")
    tracker("source", "restore", "incidents")
    assert tracker("items", "--format", "json").stdout == examples


def test_a_used_port_and_a_wrong_one_are_one_sentence_and_nothing_is_taken_in(tracker: Tracker, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = tracker("serve", "--port", port, "--examples", ROOT / "incidents")
    assert done.returncode == 2 and f"Port {port} cannot be used" in done.stderr and f"PORT={port + 1}" in done.stderr
    assert "No incidents" in tracker("incidents").stdout
    for wrong in ("http", "99999", "-1"):
        assert tracker("serve", "--port", wrong).returncode == 2


def test_docs_that_are_not_there_are_said_so(tracker: Tracker) -> None:
    done = tracker("serve", "--port", "0", "--docs", "nowhere")
    assert done.returncode == 2 and "DOCS=nowhere does not exist" in done.stderr
