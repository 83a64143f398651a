"""A team that has one workflow and wants one promise kept: no policy file, two commands, a forge that is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.conftest import Tracker
from tests.policy.servers.forge_stub import ForgeStub
from tracker.store.models import ForgeWatch

REPORT = "# 2026-01-25, Merge to prod\n\n## Action items\n\n1. [x] Block merges to production while staging is down\n"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PROVE = ("prove", "A1", "--repo", "https://github.com/acme/hub", "--branch", "prod", "--context", "staging-online")


@pytest.fixture
def forge() -> Iterator[ForgeStub]:
    with ForgeStub() as forge:
        forge.limit = forge.remaining = 5000
        forge.github("acme/hub").push("prod", at=datetime.now(UTC) - 60 * DAY)
        yield forge


def test_what_ci_does_keeps_a_promise_until_somebody_goes_past_it(
    tracker: Tracker, forge: ForgeStub, tmp_path: Path, engine: sa.Engine
) -> None:
    api = {"TRACKER_GITHUB_API": forge.github_api}
    repo, now = forge.github("acme/hub"), datetime.now(UTC)
    repo.require("prod", "staging-online")
    for days in (40, 20, 3):
        pull = repo.open("prod", at=now - days * DAY)
        repo.check(pull["head"]["sha"], "staging-online", "success", at=now - days * DAY)
        repo.merge(pull, at=now - days * DAY + MINUTE)
    (tmp_path / "report.md").write_text(REPORT)
    assert tracker("import", "report.md").returncode == 0

    done = tracker(*PROVE, **api)
    assert done.returncode == 0, done.stderr
    assert "required      yes: prod of acme/hub requires staging-online" in done.stdout and "It holds" in done.stdout
    assert "jobs:" not in done.stdout
    listed = tracker("prove", "A1", "--list")
    assert listed.stdout.startswith("A1  verified"), listed.stdout
    assert tracker(*PROVE, **api).returncode == 1  # it is proven already

    later = datetime.now(UTC) + timedelta(seconds=1)  # forges tell whole seconds
    commit = repo.push("prod", at=later, subject="Skip the check, it is Friday")
    with engine.begin() as connection:
        connection.execute(sa.update(ForgeWatch).values(next_run_at=datetime.now(UTC)))
    ticked = tracker("tick", **api)
    assert "acme/hub on GitHub, branch prod: 1 new change" in ticked.stdout, ticked.stdout + ticked.stderr
    shown = tracker("items").stdout
    assert shown.startswith("A1  regressed") and "Skip the check, it is Friday" in shown
    assert commit[:8] in tracker("prove", "A1", "--list").stdout


def test_what_is_wrong_is_one_sentence_and_an_exit_code(tracker: Tracker, forge: ForgeStub, tmp_path: Path) -> None:
    api = {"TRACKER_GITHUB_API": forge.github_api}
    (tmp_path / "report.md").write_text(REPORT)
    tracker("import", "report.md")
    for words, says in (
        (("A1", "--repo", "acme/none", "--branch", "prod", "--context", "x"), "There is no acme/none on GitHub"),
        (("A1", "--repo", "hub", "--branch", "prod", "--context", "x"), "OWNER/NAME"),
        (("A9", "--repo", "acme/hub", "--branch", "prod", "--context", "x"), "no action item A9"),
        (("A1", "--repo", "acme/hub", "--branch", "prod"), "--context"),
    ):
        done = tracker("prove", *words, **api)
        assert done.returncode == 2 and says in done.stderr, done
        assert "Traceback" not in done.stderr


def test_a_team_without_such_a_job_is_shown_one_to_copy(tracker: Tracker, forge: ForgeStub, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(REPORT)
    tracker("import", "report.md")
    done = tracker(*PROVE, TRACKER_GITHUB_API=forge.github_api)
    assert done.returncode == 0 and 'name: "staging-online"' in done.stdout and "curl --fail" in done.stdout
    assert "required      no: prod of acme/hub: staging-online is not required" in done.stdout
