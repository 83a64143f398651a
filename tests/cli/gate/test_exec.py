"""`tracker gate exec`: the command runs behind an open gate only, and how it went is recorded."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.gate.conftest import Desk
from tracker.store.models import DeploymentRecord

pytestmark = pytest.mark.databases("sqlite")  # the command knows no database; its server is tested on both

PROD = [sys.executable, "-m", "tracker", "gate", "exec", "-d", "datahub", "-s", "prod", "--"]


def run(desk: Desk, *command: str, stage: str = "prod", options: tuple[object, ...] = ()):
    return desk.process("gate", "exec", "-d", "datahub", "-s", stage, *options, "--", *command)


def records(session) -> list[tuple[str, str | None]]:
    session.rollback()  # a session that stays open would keep everybody else from writing
    found = [(one.status, one.commit) for one in session.scalars(sa.select(DeploymentRecord).order_by(DeploymentRecord.id))]
    session.rollback()
    return found


def test_behind_a_shut_gate_nothing_runs(desk: Desk, tmp_path: Path, session) -> None:
    desk.promote(ran=False)
    done = run(desk, "touch", str(tmp_path / "ran"))
    assert done.returncode == 1 and not (tmp_path / "ran").exists() and records(session) == []


@pytest.mark.parametrize(("code", "status"), [(0, "success"), (7, "failure")])
def test_the_commands_code_is_ours_and_its_end_is_recorded(desk: Desk, session, tmp_path, code: int, status: str) -> None:
    new = desk.promote()
    done = run(desk, "sh", "-c", f"echo deployed; exit {code}", options=("--json", tmp_path / "gate.json"))
    assert done.returncode == code and "deployed\n" in done.stdout
    assert records(session)[-1] == (status, new)
    report = json.loads((tmp_path / "gate.json").read_text())
    assert (report["phase"], report["exit_code"], report["deploy"]["code"]) == ("deploy", code, code)


def test_a_command_that_is_not_there_is_a_failed_deploy(desk: Desk, session) -> None:
    desk.promote()
    done = run(desk, "/no/such/program")
    assert done.returncode == 127 and records(session)[-1][0] == "failure"


def test_a_deploy_that_failed_did_not_run_there(desk: Desk) -> None:
    desk.promote(ran=False)
    assert run(desk, "false", stage="staging", options=("--new", "staging")).returncode == 1
    assert desk.report()["blocking"] == ["soak"]


def test_a_signal_goes_on_to_the_command_and_nothing_is_left(desk: Desk, session, tmp_path: Path) -> None:
    desk.promote()
    pid_file = tmp_path / "pid"
    script = f"trap 'echo ended; exit 5' TERM; echo $$ > {pid_file}; while :; do sleep 0.05; done"
    process = subprocess.Popen(
        [*PROD, "sh", "-c", script],
        cwd=desk.made.folder,
        env=desk.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    pid = wait_for(pid_file)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 5 and out.endswith("ended\n")
    assert not alive(pid) and records(session)[-1][0] == "failure"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PR_SET_PDEATHSIG is Linux's")
def test_when_we_are_killed_the_command_is_ended(desk: Desk, tmp_path: Path) -> None:
    desk.promote()
    pid_file = tmp_path / "pid"
    process = subprocess.Popen(
        [*PROD, "sh", "-c", f"echo $$ > {pid_file}; exec sleep 60"],
        cwd=desk.made.folder,
        env=desk.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pid = wait_for(pid_file)
    process.kill()
    process.wait(timeout=10)
    end = time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(pid)


def wait_for(file: Path) -> int:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if file.exists() and file.read_text().strip():
            return int(file.read_text())
        time.sleep(0.02)
    raise AssertionError("the command did not begin")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
