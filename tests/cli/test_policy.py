"""`tracker policy`: lint, schema, push, as people and CI call them."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from tests.cli.conftest import ROOT, Tracker
from tests.policy.servers.staging_hub import StagingHub
from tests.policy.test_load import SMALL
from tracker.store.models import PolicyPush, PolicyText, PolicyVersion

EXAMPLE = ROOT / "policy" / "datahub.yaml"
INCIDENT = ROOT / "incidents" / "2018-01-25-merged-to-production-by-accident.md"


def test_lint_says_that_nothing_is_wrong(tracker: Tracker) -> None:
    done = tracker("policy", "lint", EXAMPLE)
    assert done.returncode == 0
    assert done.stdout == (
        f"{EXAMPLE}: policy datahub, 4 stages, 9 checks, 3 action items proven. Nothing is wrong with it.\n"
    )


def test_lint_names_file_line_and_what_to_do_for_each_file(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALL.replace("repo:", "repoo:"))
    (tmp_path / "b.yaml").write_text(SMALL + "    schedule: 1d\n    fresh_for: 6h\n")
    done = tracker("policy", "lint", "a.yaml", "b.yaml")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "a.yaml:5: unknown key `repoo`. Did you mean `repo`?",
        "b.yaml:14: warning: `up` is stale before it runs again. Make `fresh_for` longer than `schedule`.",
    ]
    assert tracker("policy", "lint", "b.yaml").returncode == 0  # a warning is none


def test_lint_reads_standard_input_and_says_what_it_cannot_read(tracker: Tracker) -> None:
    assert "standard input: policy small" in tracker("policy", "lint", "-", stdin=SMALL).stdout
    missing = tracker("policy", "lint", "missing.yaml")
    assert missing.returncode == 2 and "missing.yaml: cannot be opened" in missing.stderr
    assert tracker("policy", "lint", "-", stdin=b"\xff\xfe").returncode == 2


def test_lint_and_schema_need_neither_flask_nor_a_database() -> None:
    program = (
        "import sys, tracker.policy.lint as l, tracker.cli.policy, tracker.policy.schema as s, pathlib\n"
        "l.lint(pathlib.Path(sys.argv[1]).read_bytes(), 'p'); s.schema_text()\n"
        "print(sorted({'flask', 'sqlalchemy', 'httpx', 'werkzeug'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", program, str(EXAMPLE)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


def test_probe_asks_the_addresses_once_each(tracker: Tracker, tmp_path: Path, hub: StagingHub) -> None:
    (tmp_path / "p.yaml").write_text(
        SMALL.replace("https://staging.example.org", hub.url).replace("https://example.org", hub.url)
    )
    good = tracker("policy", "lint", "--probe", "p.yaml")
    assert (good.returncode, len(hub.asked)) == (0, 1), good.stdout
    hub.mode = "503"
    bad = tracker("policy", "lint", "--probe", "p.yaml")
    assert bad.returncode == 2
    assert bad.stdout == (f"p.yaml:12: hub/staging: {hub.url}/health did not answer [200]: 503. Is it the right path?\n")


def test_probe_says_where_nobody_answers_and_which_variable_is_missing(tracker: Tracker, tmp_path: Path) -> None:
    with StagingHub() as gone:
        url = gone.url
    (tmp_path / "p.yaml").write_text(SMALL.replace("https://staging.example.org", url).replace("https://example.org", url))
    done = tracker("policy", "lint", "--probe", "p.yaml")
    assert done.returncode == 2 and f"{url}/health did not answer" in done.stdout
    (tmp_path / "p.yaml").write_text(SMALL.replace("{{ stage.url }}", url + "/${env:NOT_SET_HERE}"))
    done = tracker("policy", "lint", "--probe", "p.yaml")
    assert done.returncode == 0 and "NOT_SET_HERE is not set" in done.stdout


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repo with the example's policy and the text that people acknowledge."""
    folder = tmp_path / "repo"
    (folder / "policy").mkdir(parents=True)
    (folder / "docs" / "policy").mkdir(parents=True)
    (folder / "policy" / "datahub.yaml").write_bytes(EXAMPLE.read_bytes())
    (folder / "docs" / "policy" / "deployment.md").write_text("# How we deploy\n\nLook at staging first.\n")
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Write the policy down"]):
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)
    return folder


def head(repo: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_push_puts_a_policy_in_force_with_its_commit_and_the_texts_to_acknowledge(
    tracker: Tracker, repo: Path, engine: sa.Engine
) -> None:
    assert tracker("import", INCIDENT).returncode == 0
    first = tracker("policy", "push", repo / "policy" / "datahub.yaml")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("datahub@") and "is in force." in first.stdout
    with engine.connect() as connection:
        assert connection.execute(sa.select(PolicyPush.commit, PolicyPush.author)).all() == [(head(repo), "Ada")]
        assert connection.scalars(sa.select(PolicyText.path)).all() == ["docs/policy/deployment.md"]
        assert connection.scalar(sa.select(PolicyVersion.yaml)).encode() == EXAMPLE.read_bytes()
    again = tracker("policy", "push", repo / "policy" / "datahub.yaml")
    assert again.returncode == 0 and "in force already: nothing changed" in again.stdout


def test_push_refuses_what_lint_refuses_and_a_key_of_another_item(
    tracker: Tracker, tmp_path: Path, engine: sa.Engine
) -> None:
    (tmp_path / "p.yaml").write_text(SMALL + "    why: ghp_" + "a1" * 18 + "\n")
    secret = tracker("policy", "push", "p.yaml")
    assert secret.returncode == 2 and "p.yaml:13: `why` looks like a GitHub token" in secret.stderr
    (tmp_path / "p.yaml").write_text(SMALL)
    named = tracker("policy", "push", "p.yaml", "--name", "large")
    assert named.returncode == 2 and "is the policy small, not large" in named.stderr
    (tmp_path / "p.yaml").write_text(SMALL + "    proves: [A1 Water the plants]\n")
    tracker("import", INCIDENT)
    wrong = tracker("policy", "push", "p.yaml")
    assert wrong.returncode == 2 and "A1" in wrong.stderr
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 0


def test_push_goes_to_the_server_that_the_environment_names(
    process: Tracker, app: Any, session: Any, cast: Any, engine: sa.Engine
) -> None:
    from tracker.services import tokens

    now = datetime.now(UTC)
    secret = tokens.make(
        session, by=cast.admin, name="ci", policy="small", deployments=[], stages=[], scopes=[tokens.WRITE], days=30, at=now
    )
    session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        there = {"TRACKER_SERVER": f"http://127.0.0.1:{server.server_port}", "TRACKER_TOKEN": secret}
        nowhere = {"TRACKER_DATABASE_URL": "", "TRACKER_DATA_DIR": "/nowhere"}
        pushed = process("policy", "push", "-", stdin=SMALL, **there, **nowhere)
        assert pushed.returncode == 0, pushed.stderr
        assert "is in force." in pushed.stdout
        refused = process("policy", "push", "-", stdin=SMALL.replace("name: small", "name: other"), **there, **nowhere)
        assert refused.returncode == 2 and refused.stderr.startswith("tracker: ")
    finally:
        server.shutdown()
        server.server_close()
    with engine.connect() as connection:
        assert connection.scalars(sa.select(PolicyPush.by)).all() == ["ci"]
