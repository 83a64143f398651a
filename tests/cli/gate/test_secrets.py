"""A secret that a job gives its check is in nothing that comes out: no form of the answer, no log, no table."""

from pathlib import Path

import sqlalchemy as sa

from tests.cli.gate.conftest import Desk
from tests.cli.gate.test_jobs import policy_with
from tracker.store.models import GateResult, Observation

SECRET = "s3cr3t-of-the-hub"
CHECKS = """\
  - id: leaky
    kind: command
    with: {argv: ["sh", "-c", "env; echo key=$HUB_TOKEN; exit 1"], env: [HUB_TOKEN]}
  - id: asked
    kind: http
    with: {url: "HUB/health?key=${env:HUB_TOKEN}", headers: {Authorization: "token ${env:HUB_TOKEN}"}, attempts: 1, need: 1}
"""


def test_no_secret_comes_out_anywhere(desk: Desk, session, tmp_path: Path, caplog) -> None:
    policy_with(desk, CHECKS.replace("HUB/", f"{desk.hub.url}/"))
    desk.hub.mode = "503"
    files = [tmp_path / name for name in ("gate.xml", "gate.json", "gate.env", "summary.md", "outputs")]
    junit, json, dotenv, summary, outputs = files
    written = ["--junit", junit, "--json", json, "--dotenv", dotenv]
    github = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
    done = desk.check(*written, "--format", "github", HUB_TOKEN=SECRET, **github)
    assert done.returncode == 1 and "key=•••" in done.stdout, done.stdout + done.stderr
    away = desk.check("--offline-file", tmp_path / "run.json", HUB_TOKEN=SECRET, TRACKER_SERVER="http://127.0.0.1:9")
    assert away.returncode == 1
    for file in (*files, tmp_path / "run.json"):
        text = file.read_text(encoding="utf-8")
        assert text and SECRET not in text and desk.world.ci not in text, file.name
    for said in (done.stdout, done.stderr, away.stdout, away.stderr, caplog.text):
        assert SECRET not in said and desk.world.ci not in said
    assert desk.hub.asked and SECRET in desk.hub.asked[0][1], "the hub was told"
    rows = [*session.scalars(sa.select(GateResult)), *session.scalars(sa.select(Observation))]
    assert rows and "•••" in repr([one.evidence for one in rows])
    for table in sa.inspect(session.connection()).get_table_names():
        for row in session.execute(sa.text(f'SELECT * FROM "{table}"')):
            assert SECRET not in repr(row) and desk.world.ci not in repr(row), table
