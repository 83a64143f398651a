"""`make demo-gate` as a newcomer types it: no question, everything as told, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.databases("sqlite")  # it brings its own


def test_the_demo_comes_out_as_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    hostile = {"TRACKER_SERVER": "http://127.0.0.1:9", "TRACKER_TOKEN": "of another", "GIT_DIR": "/nowhere"}
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "demo_gate.py"],
        cwd=tmp_path,
        env=environ | hostile,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("Everything came out as told.")
    assert "DENY: 3 checks block datahub/prod" in done.stdout and "WAIVED  lab-hours" in done.stdout
    assert list(tmp_path.iterdir()) == [], "its folder is gone, and nothing was written elsewhere"


def test_make_runs_it() -> None:
    assert (
        "exec .venv/bin/python tools/demo_gate.py"
        in subprocess.run(["make", "-n", "demo-gate"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    )
