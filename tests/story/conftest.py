"""The day of the founding incident, played anew: a real repo with the real hook, a staging hub, GitHub's API, the tracker.

Only the clock is set: the tracker runs in this process under time-machine, the hook and its git in their own, which read
the same time (clock/sitecustomize.py). Times are those of the story, on the wall clock of Berkeley.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.cli.gate.conftest import Quiet
from tests.policy.repos import RepoBuilder, environ_for_git, git
from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.staging_hub import StagingHub
from tests.web.pages import browser
from tracker.cli import main
from tracker.cli.tick import once
from tracker.config import Settings
from tracker.store.models import Person

ROOT = Path(__file__).resolve().parents[2]
CLOCK = Path(__file__).with_name("clock")
BERKELEY = ZoneInfo("America/Los_Angeles")
REPO = "github.com/berkeley-dsep-infra/datahub"
INCIDENT = ROOT / "incidents" / "2018-01-25-merged-to-production-by-accident.md"
TEXT = "# How we deploy\n\nLook at the staging hub before you merge to production.\n"
DAY = timedelta(days=1)


def policy_text(hub: str, **changes: str) -> str:
    """The example's policy with the addresses of this test, and without its waiting."""
    text = (ROOT / "policy" / "datahub.yaml").read_text(encoding="utf-8")
    adapted = {
        '"https://staging.datahub.berkeley.edu"': f'"{hub}"',
        "      attempts: 5\n      wait: 5s\n": "      attempts: 3\n      wait: 0s\n",
        "timeout: 60s": "timeout: 10s",
    }
    for old, new in (adapted | changes).items():
        assert text.count(old) == 1, f"policy/datahub.yaml has {text.count(old)} times {old!r}"
        text = text.replace(old, new)
    return text


class Clock:
    """Set by the story, read by every process of it; it goes on by itself from there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.machine: Any = None

    def set(self, at: datetime) -> None:
        self.machine.move_to(at)
        self.file.write_text(at.isoformat(), encoding="utf-8")

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Story:
    clock: Clock
    made: RepoBuilder
    bare: Path
    hub: StagingHub
    forge: ForgeStub
    app: Any
    settings: Settings
    environ: dict[str, str]
    admin: Person

    def at(self, when: str) -> None:
        """`2018-01-25 15:30`, in Berkeley."""
        self.clock.set(datetime.fromisoformat(when).replace(tzinfo=BERKELEY))
        self.made.at = datetime.now(BERKELEY).replace(microsecond=0) - timedelta(minutes=1)

    def person(self, *words: object, code: int = 0) -> str:
        """What Ada types where the database is, standing in her clone; returns what she reads."""
        local = {"TRACKER_DATABASE_URL": self.settings.database_url, "TRACKER_DATA_DIR": str(self.settings.data_dir)}
        with contextlib.chdir(self.made.folder):
            done = CliRunner().invoke(main, [str(word) for word in words], env=local, prog_name="tracker")
        assert done.exit_code == code, done.output
        return done.output

    def job(self, *words: object, code: int | None = 0, **more: str) -> str:
        """What a CI job runs in its clone; stdout, and stderr where it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *map(str, words)],
            cwd=self.made.folder,
            env=self.environ | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def push(self, *words: str, ref: str = "prod") -> str:
        """What git and the hook say, in one line."""
        there = {name: value for name, value in self.environ.items() if name not in ("TRACKER_SERVER", "TRACKER_TOKEN")}
        said = git(self.made.folder, "push", *words, "origin", ref, environ=there, code=None)
        return " ".join(said.replace("remote:", " ").split())

    @property
    def prod(self) -> str:
        return git(self.bare, "rev-parse", "prod")

    def change(self, subject: str, text: str) -> str:
        """One line on staging, deployed there."""
        self.made.switch("staging")
        made = self.made.commit({"datahub/config.yaml": text}, subject)
        self.push(ref="staging")
        self.job("gate", "exec", "-d", "datahub", "-s", "staging", "--", "true")
        return made

    def merge(self, number: int) -> str:
        """Staging merged to prod, in the clone."""
        self.made.switch("prod")
        return self.made.merge("staging", f"Merge pull request #{number} from berkeley-dsep-infra/staging")

    def past_the_hook(self, commit: str) -> None:
        """Whoever has a shell on the server can move a branch; a timer with a clone reports what is there then."""
        self.push(ref=f"{commit}:refs/heads/aside")
        git(self.bare, "update-ref", "refs/heads/prod", commit)
        self.report()

    def report(self) -> str:
        self.made.git("fetch", "-q", "origin")
        return self.job("gate", "history", "-d", "datahub", "-s", "prod")

    def take_back(self) -> None:
        """Let the clone's prod be what the server's is, after a push that was refused."""
        self.made.switch("prod")
        self.made.git("fetch", "-q", "origin")
        self.made.git("reset", "-q", "--hard", "origin/prod")

    def attest(self, code: int = 0) -> None:
        self.person("attest", "datahub", "staging-tested", "--ref", "staging", code=code)

    def tick(self) -> list[str]:
        return once(self.settings, self.app.extensions["sessions"])

    def days(self, count: int, step: int = 1) -> None:
        """So many days go by; every `step` of them the server does what is due."""
        for _ in range(0, count, step):
            self.clock.set(self.clock.now + step * DAY)
            self.tick()
        self.made.at = datetime.now(BERKELEY).replace(microsecond=0)

    def verification(self, key: str) -> str:
        """What `tracker prove KEY --list` prints."""
        return self.person("prove", key, "--list")

    def standing(self) -> dict[str, str]:
        """verified, regressed, holding, none … by key."""
        return {key: self.verification(key).split()[1].rstrip(":") for key in ("A1", "A2", "A3")}

    def signed_in(self) -> FlaskClient:
        """Ada's browser, anew: weeks lie between her visits."""
        return browser(self.app, self.admin)

    def page(self, address: str) -> str:
        answer = self.signed_in().get(address)
        assert answer.status_code == 200, answer.status
        return answer.text


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Clock]:
    clock = Clock(tmp_path / "clock")
    with time_machine.travel(datetime(2018, 1, 24, 18, tzinfo=BERKELEY), tick=True) as machine:
        clock.machine = machine
        clock.set(datetime.now(UTC))
        yield clock


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


@pytest.fixture
def forge() -> Iterator[ForgeStub]:
    """GitHub, whose rules for the branch prod require the gate."""
    with ForgeStub() as forge:
        repo = forge.github("berkeley-dsep-infra/datahub")
        repo.push("prod", at=datetime(2018, 1, 24, tzinfo=UTC))
        repo.require("prod", "policy-gate (datahub/prod)")
        forge.limit = forge.remaining = 10_000
        yield forge


@pytest.fixture
def settings(database_url: str, tmp_path: Path, forge: ForgeStub) -> Settings:
    return Settings(
        data_dir=tmp_path / "instance", database_url=database_url, secret_key="a secret for tests only",
        github_api=forge.github_api, allowed_hosts="127.0.0.1", tick_minutes=24 * 60,
    )  # fmt: skip


@pytest.fixture
def server(clock: Clock, app: Any) -> Iterator[str]:
    served = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join(timeout=10)
    served.server_close()


def a_repo(folder: Path, hub: str) -> RepoBuilder:
    """main, staging and prod stand at one commit, with the policy in it."""
    made = RepoBuilder(folder)
    made.git("config", "tracker.repo", REPO)
    made.git("config", "user.email", "ada@example.org")
    files: dict[str, str | None] = {
        "policy/datahub.yaml": policy_text(hub),
        "docs/policy/deployment.md": TEXT,
        "datahub/config.yaml": "chart: 0.5\n",
        "user-image/Dockerfile": "FROM scratch\n",
        "deploy.py": "print('deployed')\n",
    }
    made.commit(files, "The hub as it is", "Rosa Luxemburg")
    for branch in ("staging", "prod"):
        made.git("branch", branch)
    return made


@pytest.fixture
def story(
    clock: Clock, app: Any, server: str, settings: Settings, hub: StagingHub, forge: ForgeStub, cast: Any,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> Story:  # fmt: skip
    """Wednesday evening, the day before: the incident's three items are in the tracker, the policy is in force, the hook
    stands before prod, and Ada, who is the admin, has read the policy."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    made = a_repo(tmp_path / "clone", hub.url)
    environ = environ_for_git(tmp_path) | {
        "PYTHONPATH": f"{CLOCK}{os.pathsep}{ROOT}", "STORY_CLOCK": str(clock.file), "COLUMNS": "80",
        "REMOTE_USER": "ada@example.org", "TRACKER_SERVER": server,
    }  # fmt: skip
    story = Story(clock, made, tmp_path / "datahub.git", hub, forge, app, settings, environ, cast.admin)
    story.person("import", INCIDENT)
    story.person("policy", "push", "policy/datahub.yaml")
    for key in ("A1", "A2", "A3"):
        story.person("item", key, "done")
    story.person("ack", "datahub")
    words = story.person("token", "create", "the hook and CI", "--policy", "datahub").split()
    story.environ["TRACKER_TOKEN"] = next(word for word in words if word.startswith("trk_ci_"))
    git(tmp_path, "clone", "-q", "--bare", str(made.folder), str(story.bare))
    git(story.bare, "config", "tracker.repo", REPO)
    made.git("remote", "add", "origin", str(story.bare))
    made.git("fetch", "-q", "origin")
    installed(tmp_path, story)
    story.tick()
    return story


def installed(tmp_path: Path, story: Story) -> None:
    """The command as pip installs it, and the hook that it writes, which calls it by its full path."""
    script = tmp_path / "bin" / "tracker"
    script.parent.mkdir()
    body = (
        f"#!{sys.executable}\nimport sys\nfrom tracker.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    )
    script.write_text(body, encoding="utf-8")
    script.chmod(0o755)
    subprocess.run(
        [script, "hook", "install", "--bare", str(story.bare)], env=story.environ, check=True, capture_output=True
    )
    assert f"exec {script} hook pre-receive" in (story.bare / "hooks" / "pre-receive").read_text(encoding="utf-8")
