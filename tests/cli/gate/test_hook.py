"""A real bare repo with the real hooks: what is denied does not arrive, what went past is reported."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.conftest import ROOT
from tests.cli.gate.conftest import Desk
from tests.policy.repos import git
from tracker.services import deployments
from tracker.store.models import GateRun, RefUpdate, Stage


@pytest.fixture
def bare(desk: Desk, tmp_path: Path) -> Path:
    """The server's repo, with hooks; the desk pushes to it as origin."""
    bare = tmp_path / "hubs.git"
    git(tmp_path, "clone", "-q", "--bare", str(desk.made.folder), str(bare))
    git(bare, "config", "tracker.repo", "github.com/example/datahub")
    done = desk.tracker("hook", "install", "--bare", bare)
    assert done.returncode == 0, done.stderr
    desk.made.git("remote", "add", "origin", str(bare))
    desk.made.git("fetch", "-q", "origin")
    return bare


def push(desk: Desk, *words: str) -> str:
    """What git said, in one line: the hook's lines come behind `remote:`."""
    said = desk.made.git("push", *words, code=None, **desk.environ)
    return " ".join(said.replace("remote:", " ").split())


def tip(bare: Path, branch: str = "prod") -> str:
    return git(bare, "rev-parse", branch)


def test_what_is_denied_does_not_arrive_and_what_is_allowed_does(desk: Desk, bare: Path, session) -> None:
    before, new = tip(bare), desk.promote()
    desk.hub.mode = "503"
    said = push(desk, "origin", "prod")
    assert tip(bare) == before
    assert "YOU ARE MANAGING: PROD <- datahub" in said and "DENY: 2 checks block datahub/prod" in said
    assert "FAIL one-hub-named" in said  # two hubs share the branch: which one is meant?
    desk.hub.mode = "ok"
    said = push(desk, "-o", "deployment=datahub", "origin", "prod")
    assert tip(bare) == new, said
    session.expire_all()
    reached = session.scalars(sa.select(RefUpdate)).all()
    assert [(one.commit, one.source, one.parent) for one in reached] == [(new, "hook", before)]
    runs = session.scalars(sa.select(GateRun).where(GateRun.phase == "hook").order_by(GateRun.id)).all()
    assert [one.verdict for one in runs][-1] == "allow" and runs[-1].actor == "ada"


def test_the_wrong_hub_named_is_refused_and_so_is_one_that_nobody_knows(desk: Desk, bare: Path) -> None:
    before = tip(bare)
    desk.promote()
    desk.more["TRACKER_SERVER"] = ""
    said = push(desk, "-o", "deployment=prob140", "origin", "prod")
    assert "PROD <- prob140" in said and "PROD <- datahub" in said
    assert "There is no deployment moon" in push(desk, "-o", "deployment=moon", "origin", "prod")
    assert tip(bare) == before


def test_other_branches_are_nobodys_business(desk: Desk, bare: Path) -> None:
    desk.made.switch("feature", new=True)
    new = desk.made.commit({"policy/datahub.yaml": "apiVersion: policy/v1\n???"}, "Half done")
    assert "YOU ARE" not in push(desk, "origin", "feature")
    assert tip(bare, "feature") == new
    new = desk.made.commit({"policy/datahub.yaml": "apiVersion: policy/v1\nname: x"}, "Mended")
    push(desk, "origin", "feature")
    assert tip(bare, "feature") == new


def test_a_protected_branch_is_not_deleted(desk: Desk, bare: Path) -> None:
    before = tip(bare)
    said = push(desk, "origin", ":prod")
    assert "may not be deleted" in said and tip(bare) == before


def test_a_force_push_is_judged_by_the_policy_that_it_throws_away(desk: Desk, bare: Path) -> None:
    before = tip(bare)
    desk.made.git("switch", "-q", "--orphan", "fresh")
    desk.made.commit({"datahub/image": "9"}, "No policy, no past")
    said = push(desk, "-f", "origin", "HEAD:prod")
    assert "DENY" in said and tip(bare) == before


def test_without_a_tracker_a_protected_branch_stays_shut(desk: Desk, bare: Path) -> None:
    before = tip(bare)
    desk.promote()
    (bare / "tracker-token").unlink()
    hook = bare / "hooks" / "pre-receive"
    hook.write_text(hook.read_text().replace(desk.environ["TRACKER_SERVER"], "http://127.0.0.1:9"))
    desk.environ |= {"TRACKER_SERVER": "http://127.0.0.1:9"}
    said = push(desk, "-o", "deployment=datahub", "origin", "prod")
    assert "THE TRACKER WAS NOT REACHED" in said and "UNDECIDED" in said and tip(bare) == before


def test_a_code_overrides_once(desk: Desk, bare: Path, session, cast) -> None:
    from datetime import UTC, datetime

    from tracker.services import policies, said

    there, deployment = policies.of_deployment(session, "datahub")
    why = "staging is down for good, labs wait"
    code = said.break_glass(session, there, deployment, "prod", reason=why, by=cast.admin, at=datetime.now(UTC))
    session.commit()
    new = desk.promote()
    desk.hub.mode = "503"
    told = push(desk, "-o", "deployment=datahub", "-o", f"break-glass={code}", "origin", "prod")
    assert tip(bare) == new and "OVERRIDDEN" in told, told
    newer = desk.promote()
    told = push(desk, "-o", "deployment=datahub", "-o", f"break-glass={code}", "origin", "prod")
    assert tip(bare) == new != newer and "has been used" in told


def test_history_reports_what_went_past_the_hook(desk: Desk, bare: Path, session) -> None:
    before, new = tip(bare), desk.promote()
    (bare / "hooks" / "pre-receive").unlink()
    (bare / "hooks" / "post-receive").unlink()
    push(desk, "origin", "prod")
    assert tip(bare) == new
    desk.made.git("fetch", "-q", "origin")
    done = desk.tracker("gate", "history", "-d", "datahub", "-s", "prod")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 changes of datahub reached refs/heads/prod in 2 commits; 2 the tracker did not know.\n"
    again = desk.tracker("gate", "history", "-d", "datahub", "-s", "prod")
    assert again.stdout.endswith("; 0 the tracker did not know.\n")
    session.expire_all()
    assert {one.commit for one in session.scalars(sa.select(RefUpdate))} == {before, new}


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_hook_whose_clock_is_wrong_raises_no_false_alarm(
    desk: Desk, bare: Path, session, tmp_path: Path, minutes: int
) -> None:
    """By its own clock the change would have been there before its gate was asked, or not yet."""
    new, clock = desk.promote(), tmp_path / "clock"
    clock.write_text((datetime.now(UTC) + timedelta(minutes=minutes)).isoformat())
    desk.environ |= {"STORY_CLOCK": str(clock), "PYTHONPATH": f"{ROOT / 'tests/story/clock'}{os.pathsep}{ROOT}"}
    said = push(desk, "-o", "deployment=datahub", "origin", "prod")
    assert tip(bare) == new and "from the future" not in said, said
    session.expire_all()
    (reached,) = session.scalars(sa.select(RefUpdate))
    now = datetime.now(UTC)
    assert reached.commit == new and abs(now - reached.at) < timedelta(minutes=2)
    assert deployments.ungated(session, session.get_one(Stage, reached.stage_id), at=now) == []


def test_somebody_elses_hook_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    bare = tmp_path / "other.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    done = desk.tracker("hook", "install", "--bare", bare)
    assert done.returncode == 1 and "somebody else's" in done.stderr and hook.read_text() == "#!/bin/sh\nexit 0\n"
    assert desk.tracker("hook", "install", "--bare", desk.made.folder).returncode == 2
    token = tmp_path / "again.git"
    git(tmp_path, "init", "-q", "--bare", str(token))
    assert desk.tracker("hook", "install", token).returncode == 0
    assert desk.tracker("hook", "install", token).returncode == 0  # its own it may
    assert (token / "tracker-token").stat().st_mode & 0o777 == 0o600
