"""Without the tracker: protected stages stay shut, in time; the others open with a warning; runs are handed in later."""

import json
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.gate.conftest import Desk
from tests.policy.servers.staging_hub import StagingHub
from tracker.store.models import DeploymentRecord, GateRun

NOBODY = {"TRACKER_SERVER": "http://127.0.0.1:9", "TRACKER_TOKEN": "trk_ci_x"}


def test_a_protected_stage_stays_shut_and_says_what_to_do(alone: Desk, tmp_path: Path) -> None:
    alone.promote(ran=False)
    start = time.monotonic()
    done = alone.check("--offline-file", tmp_path / "run.json", **NOBODY)
    assert done.returncode == 3 and time.monotonic() - start < 25
    said = " ".join(done.stdout.split())
    assert "THE TRACKER WAS NOT REACHED, so this gate stays shut" in said and "deploy by hand" in said
    assert "PASS staging-online" in said and "PASS no-labs" in said and "ERROR soak" in said
    kept = json.loads((tmp_path / "run.json").read_text())
    assert kept["version"] == 1 and kept["request"]["yaml"].startswith("apiVersion")


def test_a_failing_check_of_our_own_denies_without_the_tracker_too(alone: Desk) -> None:
    alone.promote(ran=False)
    alone.hub.mode = "503"
    assert alone.check().returncode == 1


def test_checks_of_our_own_alone_do_not_open_a_protected_stage(alone: Desk) -> None:
    alone.made.switch("staging")
    alone.made.commit({"prob140/image": "5"})
    alone.made.switch("prod")
    alone.made.merge("staging")
    report = alone.report(deployment="prob140")
    assert [one["outcome"] for one in report["results"]] == ["pass"]
    assert (report["verdict"], report["online"]) == ("undecided", False)


def test_an_unprotected_stage_opens_with_a_warning_and_the_deploy_is_kept(alone: Desk, tmp_path: Path) -> None:
    alone.made.switch("staging")
    alone.made.commit({"datahub/image": "5"})
    file = tmp_path / "run.json"
    done = alone.tracker("gate", "exec", "-d", "datahub", "-s", "staging", "--offline-file", file, "--", "true", **NOBODY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "allowed all the same" in " ".join(done.stdout.split())
    assert [one["status"] for one in json.loads(file.read_text())["records"]] == ["success"]


@pytest.mark.parametrize("mode", ["hang", "drip", "reset", "redirect"])
def test_a_tracker_that_hangs_or_is_none_is_answered_for_in_time(alone: Desk, mode: str) -> None:
    alone.promote(ran=False)
    with StagingHub(mode) as stuck:
        start = time.monotonic()
        words = ["gate", "check", "-d", "datahub", "-s", "prod", "--timeout", "4s"]
        done = alone.process(*words, TRACKER_SERVER=stuck.url, TRACKER_TOKEN="trk_ci_x")
        assert done.returncode == 3, done.stdout + done.stderr
        assert time.monotonic() - start < 8


@pytest.mark.databases("sqlite")  # only SQLite makes writers wait for one lock
def test_a_database_that_stays_locked_leaves_it_shut_and_is_named(desk: Desk, app, session, monkeypatch) -> None:
    desk.promote()
    monkeypatch.setattr("tracker.store.engine.BUSY_MILLISECONDS", 20)
    app.extensions["engine"].dispose()
    session.execute(sa.text("SELECT 1"))  # takes the write lock, and keeps it
    start = time.monotonic()
    shut = desk.check("--timeout", "20s")
    session.rollback()
    assert shut.returncode == 3 and time.monotonic() - start < 25
    said = " ".join(shut.stdout.split())
    assert "cannot answer now (503)" in said and "THE TRACKER WAS NOT REACHED" in said and "PASS staging-online" in said
    assert desk.check().returncode == 0


def test_what_was_asked_while_the_tracker_was_away_is_handed_in_once(desk: Desk, tmp_path: Path, session) -> None:
    new = desk.promote()
    file = tmp_path / "run.json"
    desk.made.switch("staging")
    done = desk.tracker("gate", "exec", "-d", "datahub", "-s", "staging", "--offline-file", file, "--", "true", **NOBODY)
    assert done.returncode == 0, done.stderr
    desk.made.switch("prod")
    shut = desk.check("--offline-file", tmp_path / "prod.json", **NOBODY)
    assert shut.returncode == 3
    before = session.scalar(sa.select(sa.func.count()).select_from(GateRun))
    session.rollback()
    for _ in range(2):
        done = desk.tracker("gate", "sync", file, tmp_path / "prod.json")
        assert done.returncode == 0, done.stderr
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(GateRun)) == before + 2
    run = session.scalars(sa.select(GateRun).where(GateRun.new_commit == new)).all()[-1]
    assert run.received_at > run.at
    assert session.scalars(sa.select(DeploymentRecord.status)).all() == ["success", "success"]


def test_a_file_that_is_no_run_is_said_to_be_none(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("[]")
    done = desk.tracker("gate", "sync", tmp_path / "no.json")
    assert done.returncode == 2 and "no run of the gate" in done.stderr


def test_the_tracker_going_away_between_question_and_verdict_leaves_it_shut(desk: Desk, server) -> None:
    """The staging hub's answer is when it goes: after the gate was opened, before it is decided."""
    desk.promote()
    desk.hub.delay_seconds = 1.0

    def stop_when_asked() -> None:
        end = time.monotonic() + 30
        while not desk.hub.asked and time.monotonic() < end:
            time.sleep(0.01)
        server.shutdown()
        server.socket.close()

    thread = threading.Thread(target=stop_when_asked)
    thread.start()
    report = desk.report("--timeout", "20s")
    thread.join()
    assert (report["verdict"], report["online"]) == ("undecided", False)
    assert {one["check"]: one["outcome"] for one in report["results"]}["soak"] == "pass"
