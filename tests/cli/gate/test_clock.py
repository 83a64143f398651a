"""Whose clock counts: the server's where it was reached, for freezes as for everything else."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from tests.cli.gate.conftest import Desk
from tracker.cli import gate_answers
from tracker.cli.gate_answers import Opened
from tracker.store.models import DeploymentRecord


def opened(at: datetime, asked: datetime | None = None) -> Opened:
    prepared: Any = SimpleNamespace(question=SimpleNamespace(at=asked))
    return Opened(prepared=prepared, key="k", began=time.monotonic() - 60, at=at, id="g")


def test_a_runner_whose_clock_is_wrong_does_not_open_a_freeze() -> None:
    theirs = datetime.now(UTC) + timedelta(hours=3)
    assert timedelta(0) <= opened(theirs).clock() - theirs - timedelta(seconds=60) < timedelta(seconds=5)


def test_another_time_stands_still() -> None:
    at = datetime(2018, 1, 26, 3, 5, tzinfo=UTC)
    assert opened(datetime.now(UTC), at).clock() == at


def test_the_servers_time_is_what_the_checks_are_given(desk: Desk, monkeypatch) -> None:
    """The server says that it is the morning of the labs; this machine knows nothing of that."""
    desk.promote()
    labs = "2018-01-16T18:59:00Z"  # 10:59 in Los Angeles
    honest = gate_answers._asked
    monkeypatch.setattr(gate_answers, "_asked", lambda *given: {**honest(*given), "server_time": labs})
    done = desk.check()
    assert "FAIL    no-labs" in done.stdout and "inside freeze (Labs run) until Tue 19:00 PST" in " ".join(
        done.stdout.split()
    )
    assert done.returncode == 1


def test_a_deploy_is_recorded_by_the_servers_time(desk: Desk, monkeypatch, session) -> None:
    """A soak counts from it: a runner whose clock is slow would shorten that."""
    theirs = datetime.now(UTC) - timedelta(hours=2)
    honest = gate_answers._asked
    monkeypatch.setattr(gate_answers, "_asked", lambda *given: {**honest(*given), "server_time": theirs.isoformat()})
    desk.promote()
    (record,) = session.scalars(sa.select(DeploymentRecord))
    assert abs(record.started_at - theirs) < timedelta(minutes=1) and abs(record.finished_at - theirs) < timedelta(minutes=1)
