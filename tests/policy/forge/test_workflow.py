"""The lines of CI to copy are valid, make the context that is asked for, and cannot be skipped."""

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tracker.policy.forge.workflow import lines

CONTEXTS = ["staging-online", "policy-gate (hub/prod)", '1 "quoted": #x', "-"]


def valid(text: str, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "ci.yml"
    file.write_text(text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_workflow_for_github(context: str, tmp_path: Path) -> None:
    text = lines("github", "prod", context)
    valid(text, "vendor.github-workflows", tmp_path)
    read = YAML(typ="safe").load(text)
    (job,) = read["jobs"].values()
    assert job["name"] == context and not {"if", "needs"} & set(job)
    assert read["on"]["pull_request"] == {"branches": ["prod"]} and len(text.splitlines()) <= 8


@pytest.mark.parametrize("context", ["staging-online", "policy-gate (hub/prod)"])
def test_the_job_for_gitlab(context: str, tmp_path: Path) -> None:
    text = lines("gitlab", "prod", context)
    valid(text, "vendor.gitlab-ci", tmp_path)
    assert list(YAML(typ="safe").load(text)) == [context]
