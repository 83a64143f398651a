"""The files in docs/ci: valid for their CI, impossible to skip, and run here, step by step, in bash with a real tracker."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from ruamel.yaml import YAML

from tests.cli.conftest import ROOT
from tests.cli.gate.conftest import Desk, Done
from tests.policy.repos import git
from tracker.policy.load import load
from tracker.store.models import DeploymentRecord, Stage

FILES = ROOT / "docs" / "ci"
SCHEMAS = {
    "github-required-check.yml": "vendor.github-workflows",
    "github-deploy.yml": "vendor.github-workflows",
    "gitlab-ci.yml": "vendor.gitlab-ci",
    "travis.yml": "vendor.travis",
}
DEPLOY = '#!/bin/sh\necho "deploying $*"\necho "$*" >> "$DEPLOYED"\n'

pytestmark = pytest.mark.databases("sqlite")  # nothing here hangs on the database


def yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((FILES / name).read_text(encoding="utf-8"))


def test_every_file_is_checked() -> None:
    assert {path.name for path in FILES.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_what_its_ci_takes(name: str) -> None:
    """By the schemas that come with check-jsonschema: no network."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], FILES / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_can_skip_the_required_check() -> None:
    file = yaml("github-required-check.yml")
    assert file["on"] == {"pull_request": {"branches": ["prod"]}, "merge_group": {"branches": ["prod"]}}
    (job,) = file["jobs"].values()
    assert not {"if", "needs", "continue-on-error", "strategy"} & set(job)
    asked = next(n for n, step in enumerate(job["steps"]) if "gate check" in step.get("run", ""))
    assert not any({"if", "continue-on-error"} & set(step) for step in job["steps"][: asked + 1])
    assert not any("continue-on-error" in step for step in job["steps"])
    loaded = load((ROOT / "policy" / "datahub.yaml").read_bytes(), "datahub.yaml").policy
    assert loaded is not None
    check = loaded.check("prod-merges-gated")
    assert check is not None and check.with_.required_checks == (job["name"],), "it is what the policy wants to be required"


@pytest.mark.parametrize(
    ("name", "where", "whole"),
    [
        ("github-required-check.yml", ("jobs", "policy-gate", "steps", 0, "with", "fetch-depth"), 0),
        ("github-deploy.yml", ("jobs", "deploy", "steps", 0, "with", "fetch-depth"), 0),
        ("gitlab-ci.yml", ("variables", "GIT_DEPTH"), "0"),
        ("travis.yml", ("git", "depth"), False),
    ],
)
def test_the_clone_has_its_history(name: str, where: Sequence[str | int], whole: object) -> None:
    found = yaml(name)
    for key in where:
        found = found[key]
    assert found == whole and type(found) is type(whole)


def test_a_deploy_is_only_ever_behind_the_gate() -> None:
    for name in SCHEMAS:
        text = (FILES / name).read_text(encoding="utf-8")
        for line in re.findall(r".*deploy\.sh.*", text):
            assert re.search(r'tracker gate exec -d datahub -s "\$\w+".* -- \./deploy\.sh', line), line


class Runner:
    """A machine of a CI: the checkout, `tracker` and `python` on its path, and what the CI says in the environment."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.summary, self.output, self.deployed = folder / "summary.md", folder / "output", folder / "deployed"
        programs = folder / "bin"
        programs.mkdir()
        self.program(programs / "tracker", f'exec "{sys.executable}" -m tracker "$@"')
        self.program(programs / "python", f'echo "$*" >> "{folder / "installed"}"')  # pip, without a network
        (desk.made.folder / ".git" / "info" / "exclude").write_text(
            "deploy.sh\n"
        )  # it was there before; no change brings it
        (desk.made.folder / "deploy.sh").write_text(DEPLOY)
        (desk.made.folder / "deploy.sh").chmod(0o755)
        self.environ = desk.environ | {
            "PATH": f"{programs}:{desk.environ['PATH']}",
            "TRACKER_PACKAGE": "tracker-1.whl",
            "DEPLOYED": str(self.deployed),
        }

    @staticmethod
    def program(path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, steps: Sequence[str], **environ: str) -> Done:
        """As runners do: a bash for each step, and the first that fails ends the job."""
        said = ""
        for step in steps:
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step],
                cwd=self.desk.made.folder,
                env=self.environ | environ,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            said += done.stdout + done.stderr
            if done.returncode:
                return Done(done.returncode, said, "")
        assert "-m pip install --quiet tracker-1.whl" in (self.folder / "installed").read_text()
        return Done(0, said, "")

    def github(self, name: str, job: str, event: dict[str, Any], **environ: str) -> Done:
        path = self.folder / "event.json"
        path.write_text(json.dumps(event))
        known = {
            "vars.TRACKER_SERVER": self.environ["TRACKER_SERVER"],
            "secrets.TRACKER_TOKEN": self.environ["TRACKER_TOKEN"],
            "vars.TRACKER_PACKAGE": self.environ["TRACKER_PACKAGE"],
        }
        steps = [step for step in yaml(name)["jobs"][job]["steps"] if "run" in step]
        given = yaml(name)["jobs"][job]["env"] | {k: v for step in steps for k, v in step.get("env", {}).items()}
        variables = {key: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: known[found[1]], value) for key, value in given.items()}
        assert not any("${{" in step["run"] for step in steps), "texts of others are not pasted into a shell"
        here = {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path), "GITHUB_REPOSITORY": "example/datahub",
            "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "99", "GITHUB_ACTOR": "ada",
            "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_OUTPUT": str(self.output),
        }  # fmt: skip
        return self.run([step["run"] for step in steps], **here, **variables, **environ)


@pytest.fixture
def runner(desk: Desk, tmp_path: Path) -> Runner:
    folder = tmp_path / "runner"
    folder.mkdir()
    return Runner(desk, folder)


def records(session: Any, stage: str) -> list[tuple[str, str]]:
    rows = sa.select(DeploymentRecord.commit, DeploymentRecord.status).join(Stage, Stage.id == DeploymentRecord.stage_id)
    found = [(commit, status) for commit, status in session.execute(rows.where(Stage.slug == stage))]
    session.rollback()  # else it keeps the one write lock from the server
    return found


def test_github_asks_of_a_pull_request(desk: Desk, runner: Runner) -> None:
    old = desk.made.git("rev-parse", "prod")
    merged = desk.promote()
    head = desk.made.git("rev-parse", "staging")
    git(desk.made.folder, "update-ref", "refs/heads/prod", old)  # the forge has merged it for trial only
    desk.made.git("checkout", "-q", merged)
    request = {
        "number": 234, "base": {"ref": "prod", "sha": old}, "user": {"login": "ada"},
        "head": {"sha": head, "repo": {"full_name": "example/datahub"}},
    }  # fmt: skip
    asked = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/234/merge", "GITHUB_SHA": merged}
    desk.hub.mode = "503"
    done = runner.github("github-required-check.yml", "policy-gate", {"pull_request": request}, **asked)
    assert done.returncode == 1, done.stdout
    assert (
        "YOU ARE MANAGING:  PROD  <-  datahub" in done.stdout
        and "::error title=datahub/prod%3A staging-online" in done.stdout
    )
    assert "DENY" in runner.summary.read_text() and "verdict=deny\n" in runner.output.read_text()
    suite = ElementTree.parse(desk.made.folder / "gate.xml").getroot()
    assert [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None] == ["staging-online"]

    desk.hub.mode = "ok"
    done = runner.github("github-required-check.yml", "policy-gate", {"pull_request": request}, **asked)
    assert done.returncode == 0 and "verdict=allow\n" in runner.output.read_text(), done.stdout


def test_github_deploys_behind_the_gate(desk: Desk, runner: Runner, session: Any) -> None:
    old = desk.made.git("rev-parse", "prod")
    merged = desk.promote()
    pushed = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/prod", "GITHUB_REF_NAME": "prod", "GITHUB_SHA": merged}
    event = {"before": old, "after": merged, "ref": "refs/heads/prod"}
    desk.hub.mode = "refuse"
    done = runner.github("github-deploy.yml", "deploy", event, **pushed)
    assert done.returncode == 1 and not runner.deployed.exists() and records(session, "prod") == [], done.stdout
    desk.hub.mode = "ok"
    done = runner.github("github-deploy.yml", "deploy", event, **pushed)
    assert done.returncode == 0 and "deploying datahub prod" in done.stdout, done.stdout
    assert runner.deployed.read_text() == "datahub prod\n"
    assert records(session, "prod") == [(merged, "success")]


def test_gitlab_asks_and_deploys(desk: Desk, runner: Runner, session: Any) -> None:
    file = yaml("gitlab-ci.yml")
    old = desk.made.git("rev-parse", "prod")
    merged = desk.promote()
    common = {
        "GITLAB_CI": "true", "CI_SERVER_HOST": "github.com", "CI_PROJECT_PATH": "example/datahub", "CI_COMMIT_SHA": merged,
        "GITLAB_USER_LOGIN": "ada", "CI_JOB_URL": "https://gitlab.example.org/jobs/1",
    }  # fmt: skip
    install = file["default"]["before_script"]
    asked = {
        "CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "prod",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": old, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
    }  # fmt: skip
    done = runner.run([*install, *file["policy-gate (datahub/prod)"]["script"]], **common, **asked)
    assert done.returncode == 0 and "ALLOW" in done.stdout and (desk.made.folder / "gate.xml").exists(), done.stdout
    pushed = {"CI_COMMIT_BRANCH": "prod", "CI_COMMIT_BEFORE_SHA": old}
    desk.hub.mode = "503"
    done = runner.run([*install, *file["deploy"]["script"]], **common, **pushed)
    assert done.returncode == 1 and not runner.deployed.exists(), done.stdout
    desk.hub.mode = "ok"
    done = runner.run([*install, *file["deploy"]["script"]], **common, **pushed)
    assert done.returncode == 0 and runner.deployed.read_text() == "datahub prod\n", done.stdout
    assert records(session, "prod") == [(merged, "success")]


def test_travis_asks_and_deploys(desk: Desk, runner: Runner, session: Any) -> None:
    file = yaml("travis.yml")
    old = desk.made.git("rev-parse", "prod")
    merged = desk.promote()
    common = {
        "TRAVIS": "true", "TRAVIS_REPO_SLUG": "example/datahub", "TRAVIS_BRANCH": "prod", "TRAVIS_COMMIT": merged,
        "TRAVIS_COMMIT_RANGE": f"{old}...{merged}",
    }  # fmt: skip
    (deploy,) = file["deploy"]
    asked = {"TRAVIS_PULL_REQUEST": "7", "TRAVIS_PULL_REQUEST_SLUG": "example/datahub"}
    desk.hub.mode = "503"
    done = runner.run([*file["install"], *file["script"]], **common, **asked)
    assert done.returncode == 1 and "DENY" in done.stdout, done.stdout
    pushed = {"TRAVIS_PULL_REQUEST": "false"}
    done = runner.run([*file["install"], *file["script"], deploy["script"]], **common, **pushed)
    assert done.returncode == 1 and not runner.deployed.exists(), done.stdout
    desk.hub.mode = "ok"
    done = runner.run([*file["install"], *file["script"], deploy["script"]], **common, **pushed)
    assert done.returncode == 0 and runner.deployed.read_text() == "datahub prod\n", done.stdout
    assert records(session, "prod") == [(merged, "success")]
