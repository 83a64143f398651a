"""The gate as jobs and people meet it: in each CI, at a terminal, cancelled half-way; and that little is loaded to start."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.gate.conftest import Desk
from tests.cli.gate.test_exec import alive, wait_for

pytestmark = pytest.mark.databases("sqlite")  # the command knows no database; its server is tested on both


def test_a_pull_request_on_github_is_judged_as_it_would_be_merged(desk: Desk, tmp_path: Path) -> None:
    """The forge merges it for trial; meanwhile prod has moved, which is not the pull request's doing."""
    old = desk.made.git("rev-parse", "prod")
    desk.made.switch("staging")
    head = desk.made.commit({"datahub/image": "new\n"}, "::error::Use the new image", author="Grace Hopper")
    desk.made.switch("prod")
    desk.made.commit({"prob140/image": "moved\n"}, "The other hub moves")
    desk.made.switch("trial", new=True)
    merged = desk.made.merge("staging", "Merge 1234 into 5678")
    desk.made.git("checkout", "-q", merged)
    event = tmp_path / "event.json"
    request = {"number": 7, "base": {"ref": "prod", "sha": old}, "user": {"login": "grace"}}
    request["head"] = {"sha": head, "repo": {"full_name": "example/datahub"}}
    event.write_text(json.dumps({"pull_request": request}))
    files = {name: tmp_path / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": merged,
        "GITHUB_REPOSITORY": "example/datahub",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "99",
        "GITHUB_ACTOR": "grace",
        **{name: str(path) for name, path in files.items()},
    }
    done = desk.check("--format", "github", "--json", tmp_path / "gate.json", **github)
    change = json.loads((tmp_path / "gate.json").read_text())["change"]
    assert change["changed_paths"] == ["datahub/image"] and change["deployments_touched"] == ["datahub"]
    assert (change["ref"], change["pull_request"], change["fork"]) == ("refs/heads/prod", "7", False)
    assert (change["actor"], change["author_login"], change["author"]) == (
        "grace",
        "grace",
        "Grace Hopper <grace@example.org>",
    )
    assert change["commits"][0] == merged and head in change["commits"] and old not in change["commits"]
    assert done.returncode == 1  # it has not run on staging
    assert not any(line.startswith("::error::") for line in done.stdout.splitlines())
    assert files["GITHUB_STEP_SUMMARY"].read_text().startswith("### PROD &#60;&#45; datahub")
    assert "verdict=deny\n" in files["GITHUB_OUTPUT"].read_text()


def test_a_terminal_is_asked_to_type_the_deployments_id(desk: Desk) -> None:
    desk.promote()
    said, code = at_a_terminal(desk, "datahub\n")
    assert code == 0 and "Type datahub to go on" in said and "\x1b]2;PROD <- datahub\x07" in said
    assert "\x1b[1;31mPROD\x1b[0m" in said
    said, code = at_a_terminal(desk, "prob140\n")
    assert code == 1 and "nobody typed datahub" in " ".join(said.split())


def test_no_colour_where_none_is_wanted(desk: Desk) -> None:
    desk.promote()
    said, code = at_a_terminal(desk, "datahub\n", NO_COLOR="1")
    assert code == 0 and "\x1b[" not in said


def at_a_terminal(desk: Desk, typed: str, **more: str) -> tuple[str, int]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "gate", "check", "-d", "datahub", "-s", "prod"],
        cwd=desk.made.folder,
        env={**desk.environ, "TERM": "xterm", **more},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    said, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    return said.decode(), process.wait(timeout=30)


def policy_with(desk: Desk, checks: str) -> None:
    """Another policy on prod's own side."""
    path = desk.made.folder / "policy/datahub.yaml"
    text = path.read_text()
    head, tail = text[: text.index("checks:\n")], text[text.index("windows:\n") :]
    desk.made.switch("prod")
    new = {"policy/datahub.yaml": head + "checks:\n" + checks + tail.replace("relax: [soak]", "relax: []")}
    desk.made.commit(new, "Other checks")
    desk.made.commit({"datahub/image": "2\n"})


def test_a_job_that_is_cancelled_leaves_no_program_behind(alone: Desk, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    argv = f'["sh", "-c", "echo $$ > {pid_file}; sleep 60"]'
    policy_with(alone, f"  - {{id: slow, kind: command, with: {{argv: {argv}}}}}\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "gate", "check", "-d", "datahub", "-s", "prod"],
        cwd=alone.made.folder,
        env=alone.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pid = wait_for(pid_file)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 128 + signal.SIGTERM
    end = time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(pid)


def test_a_program_that_hangs_does_not_outlive_the_gates_deadline(alone: Desk, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    argv = f'["sh", "-c", "trap \'\' TERM; echo $$ > {pid_file}; sleep 60 & wait"]'
    policy_with(alone, f"  - {{id: slow, kind: command, with: {{argv: {argv}}}}}\n")
    start = time.monotonic()
    done = alone.process("gate", "check", "-d", "datahub", "-s", "prod", "--timeout", "4s")
    assert time.monotonic() - start < 7 and done.returncode == 3
    assert "did not end in time" in " ".join(done.stdout.split()) or "was not done within" in " ".join(done.stdout.split())
    assert not alive(wait_for(pid_file))


def test_a_fork_is_shown_no_secret_and_runs_no_program(alone: Desk, tmp_path: Path) -> None:
    policy_with(alone, f'  - {{id: own, kind: command, with: {{argv: ["touch", "{tmp_path}/ran"]}}}}\n')
    event = tmp_path / "event.json"
    request = {"number": 7, "base": {"ref": "prod"}, "head": {"repo": {"full_name": "eve/datahub"}}}
    event.write_text(json.dumps({"pull_request": request}))
    github = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "example/datahub"}
    done = alone.check(**github, TRACKER_SERVER="https://tracker.example.org")  # and no token: forks are shown none
    assert done.returncode == 3 and "FROM A FORK" in done.stdout and not (tmp_path / "ran").exists()


TEN = "".join(f"  - {{id: w{n}, kind: window, with: {{windows: [labs]}}}}\n" for n in range(8)) + (
    "  - {id: named, kind: target}\n  - {id: own, kind: command, with: {argv: ['true']}}\n"
)
LOADED = """
import sys
from tracker.cli import main
try:
    main([*sys.argv[1:]], prog_name="tracker")
except SystemExit:
    pass
heavy = ("flask", "sqlalchemy", "werkzeug", "alembic", "jinja2", "markdown", "pyromark", "httpx", "junitparser", "rapidfuzz")
print("LOADED", sorted(set(sys.modules) & set(heavy)))
"""


def test_the_gate_loads_neither_web_server_nor_database(alone: Desk) -> None:
    policy_with(alone, TEN)
    words = ["gate", "check", "-d", "datahub", "-s", "prod"]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], cwd=alone.made.folder, env=alone.environ, capture_output=True, text=True
    )
    assert "PASS    own" in done.stdout and done.stdout.endswith("LOADED []\n"), done.stdout + done.stderr
