"""A real repo of two hubs, a real staging hub, a real tracker, and the command in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.cli.conftest import ROOT
from tests.policy.repos import RepoBuilder, environ_for_git
from tests.policy.servers.staging_hub import StagingHub
from tests.policy_world import make_policy_world

POLICY = """\
apiVersion: policy/v1
name: datahub
timezone: America/Los_Angeles
document: docs/policy/deployment.md
deployments:
  - id: datahub
    title: Data 8 / DataHub hub
    aliases: [data8]
    repo: github.com/example/datahub
    paths: [datahub/**]
    shared_paths: [deploy.py]
    stages:
      - {{id: staging, refs: [refs/heads/staging], url: "{hub}"}}
      - {{id: prod, refs: [refs/heads/prod], url: "{hub}", promotes_from: staging, protected: true}}
  - id: prob140
    title: Prob 140 hub
    repo: github.com/example/datahub
    paths: [prob140/**]
    stages:
      - {{id: staging, refs: [refs/heads/staging]}}
      - {{id: prod, refs: [refs/heads/prod], protected: true}}
checks:
  - id: staging-online
    kind: http
    title: No merge to prod while the staging hub is not online
    applies_to: {{stages: [prod], deployments: [datahub]}}
    enforcement: hard
    timeout: 3s
    with: {{url: "{{{{ stage.promotes_from.url }}}}/hub/health", attempts: 2, wait: 0, need: 1}}
    fix: Bring the staging hub back first.
    proves: [A2 Block merges]
  - id: one-hub-named
    kind: target
    applies_to: {{stages: [prod]}}
    enforcement: hard
    with: {{must_name: [deployment, stage], confirm: interactive, allow: ["policy/**"]}}
    proves: [A3 which deployment]
  - id: soak
    kind: deployed_on
    title: This content has been live on staging
    applies_to: {{stages: [prod], deployments: [datahub]}}
    with: {{stage: staging}}
  - id: no-labs
    kind: window
    applies_to: {{stages: [prod], deployments: [datahub]}}
    with: {{windows: [labs]}}
windows:
  labs:
    reason: Labs run
    rules: [{{start: 2018-01-16T08:00:00, duration: 11h}}]
rollback: {{relax: [soak]}}
recovery: {{relax: [soak]}}
"""


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@dataclass
class Desk:
    """Where a person or a job stands: in the repo, with the environment that says where the tracker is."""

    made: RepoBuilder
    hub: StagingHub
    world: Any
    environ: dict[str, str]
    more: dict[str, str] = field(default_factory=dict)

    def process(self, *words: object, stdin: str = "", timeout: float = 60, **more: str) -> Done:
        """The command in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.made.folder,
            env={**self.environ, **self.more, **more},
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def tracker(self, *words: object, **more: str) -> Done:
        """The command in this process, which takes a third of the time; what it runs writes elsewhere."""
        from tracker.cli import main

        here, on_term = Path.cwd(), signal.getsignal(signal.SIGTERM)
        try:
            os.chdir(self.made.folder)
            with mock.patch.dict(os.environ, {**self.environ, **self.more, **more}, clear=True):
                done = CliRunner().invoke(main, [str(word) for word in words], prog_name="tracker")
        finally:
            os.chdir(here)
            signal.signal(signal.SIGTERM, on_term)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def check(self, *words: object, deployment: str = "datahub", stage: str = "prod", **more: str) -> Done:
        return self.tracker("gate", "check", "-d", deployment, "-s", stage, *words, **more)

    def report(self, *words: object, **more: Any) -> Any:
        """The JSON of a check."""
        done = self.check(*words, "--format", "json", **more)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def promote(self, files: dict[str, str | None] | None = None, subject: str = "A new image", *, ran: bool = True) -> str:
        """A change on staging, deployed there through `gate exec` if it `ran`, and merged to the branch prod."""
        self.made.switch("staging")
        self.made.commit(files or {"datahub/image": f"{self.made.at}\n"}, subject)
        if ran:
            done = self.tracker("gate", "exec", "-d", "datahub", "-s", "staging", "--", "true")
            assert done.returncode == 0, done.stderr + done.stdout
        self.made.switch("prod")
        return self.made.merge("staging", "Merge pull request #234 from example/staging")


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return environ_for_git(tmp_path) | {"PYTHONPATH": str(ROOT), "COLUMNS": "80", "USER": "ada"} | more


@pytest.fixture
def server(app: Any) -> Iterator[Any]:
    served = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield served
    served.shutdown()
    thread.join(timeout=10)
    served.server_close()


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


@pytest.fixture
def made(tmp_path: Path, hub: StagingHub) -> RepoBuilder:
    """Two hubs and their policy; main, staging and prod stand at one commit."""
    made = RepoBuilder(tmp_path / "repo")
    made.git("config", "tracker.repo", "github.com/example/datahub")
    made.git("config", "user.email", "ada@example.org")
    made.commit(
        {
            "policy/datahub.yaml": POLICY.format(hub=hub.url),
            "datahub/image": "1\n",
            "prob140/image": "1\n",
            "deploy.py": "pass\n",
        },
        "Begin",
    )
    for branch in ("staging", "prod"):
        made.git("branch", branch)
    return made


@pytest.fixture
def desk(made: RepoBuilder, hub: StagingHub, server: Any, session: Any, cast: Any, tmp_path: Path) -> Desk:
    world = make_policy_world(session, cast, yaml=POLICY.format(hub=hub.url), at=datetime.now(UTC))
    there = {"TRACKER_SERVER": f"http://127.0.0.1:{server.server_port}", "TRACKER_TOKEN": world.ci}
    return Desk(made, hub, world, environ(tmp_path, **there))


@pytest.fixture
def alone(made: RepoBuilder, hub: StagingHub, tmp_path: Path) -> Desk:
    """The same without a tracker."""
    assert "TRACKER_SERVER" not in os.environ
    return Desk(made, hub, None, environ(tmp_path))
