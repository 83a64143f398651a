"""`tracker token`, `tracker tick`, `tracker incident`: what they print and how they end."""

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import POLICY, make_policy_world
from tracker.cli.tick import by_itself
from tracker.services import tokens
from tracker.store.engine import sessions
from tracker.store.models import Beat, Observation, Token


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(tracker, session):
    made = tracker("token", "create", "CI of datahub", "--policy", "datahub", "-d", "datahub", "--scope", "gate:run")
    secret = made.stdout.strip()
    assert made.returncode == 0 and secret.startswith("trk_ci_")
    session.rollback()
    assert tokens.of(session, secret, datetime.now(UTC)).deployments == ["datahub"]
    session.rollback()
    listed = tracker("token", "list").stdout
    assert "CI of datahub" in listed and secret[7:] not in listed
    number = session.scalar(sa.select(Token.id))
    session.rollback()
    assert "is revoked" in tracker("token", "revoke", number).stdout
    assert tracker("token", "revoke", number).returncode == 1
    assert tracker("token", "revoke", 99).returncode == 2


def test_ones_own_token_takes_no_scope(tracker):
    assert tracker("token", "create", "laptop", "--me").stdout.startswith("trk_me_")
    assert tracker("token", "create", "laptop", "--me", "--scope", "gate:run").returncode == 2
    assert tracker("token", "create", "CI", "--days", "0").returncode == 2
    assert "1 to 730 days" in tracker("token", "create", "CI", "--days", "9999").stderr


def test_only_an_admin_makes_a_token_for_ci(tracker, cast):
    done = tracker("--as", "edith@example.org", "token", "create", "CI")
    assert (done.returncode, "admin" in done.stderr) == (2, True)
    assert tracker("--as", "edith@example.org", "token", "create", "laptop", "--me").returncode == 0


def test_a_tick_says_what_it_ran_and_nothing_where_nothing_is_due(tracker, session, cast):
    assert tracker("tick").stdout == ""
    make_policy_world(session, cast, yaml=POLICY, at=datetime.now(UTC) - timedelta(minutes=1))
    first = tracker("tick")
    assert first.returncode == 0 and "datahub/prod acknowledged: fail" in first.stdout
    assert tracker("tick").stdout == ""
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Observation)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Beat)) == 3


@pytest.mark.databases("sqlite")  # PostgreSQL has no such lock
def test_a_locked_database_is_waited_for_and_then_said(tracker, database_url, session, cast, monkeypatch):
    make_policy_world(session, cast, at=datetime.now(UTC) - timedelta(minutes=1))
    monkeypatch.setattr("tracker.store.engine.BUSY_MILLISECONDS", 100)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    done = tracker("tick")
    assert done.returncode == 0 and time.monotonic() - start < 5, "the next tick does it"
    other.execute("ROLLBACK")
    other.close()
    assert "acknowledged" in tracker("tick").stdout


def test_a_server_ticks_by_itself_and_the_thread_ends_with_it(engine, settings, caplog):
    both, done = sessions(engine), threading.Event()

    def beats():
        with both.reading() as other:
            return other.scalar(sa.select(sa.func.count()).select_from(Beat))

    with by_itself(settings, both, every_seconds=0.05):
        until = time.monotonic() + 20
        while beats() < 3 and time.monotonic() < until:
            done.wait(0.05)
        assert beats() == 3
        assert [one.name for one in threading.enumerate()].count("tick") == 1
    assert "tick" not in [one.name for one in threading.enumerate()]
    assert caplog.text == ""


def test_an_incident_is_declared_and_resolved(tracker):
    declared = tracker("incident", "declare", "Hub is down", "-d", "datahub", "--severity", "SEV1")
    slug = declared.stdout.split()[0]
    assert declared.returncode == 0 and "hub-is-down" in slug
    assert tracker("incident", "resolve", slug).stdout == f"{slug} is over.\n"
    assert tracker("incident", "resolve", slug).returncode == 1
    assert tracker("incident", "resolve", slug, "--undo").returncode == 0
    assert tracker("incident", "resolve", "no-such").returncode == 2
