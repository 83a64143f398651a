"""`command`: codes, time, output, environment; and no process that outlives it."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.policy.contexts import CHANGE, context, run
from tracker.domain.policy import Outcome
from tracker.policy.values import Observation

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "HUB_TOKEN": "s3cr3t-value", "OTHER": "unasked"}


def shell(script: str, *, seconds: float = 5, **params: Any) -> Observation:
    ctx = context("command", {"argv": ["sh", "-c", script], **params}, seconds=seconds, environ=ENVIRON)
    return run(ctx)


@pytest.mark.parametrize(
    ("script", "outcome", "says"),
    [
        ("echo all well", Outcome.PASS, "all well"),
        ("echo no; exit 1", Outcome.FAIL, "no"),
        ("exit 1", Outcome.FAIL, "ended with 1"),
        ("exit 2", Outcome.ERROR, "neither pass nor fail"),
        ("kill -9 $$", Outcome.ERROR, "-9"),
    ],
)
def test_the_exit_code_decides(script: str, outcome: Outcome, says: str) -> None:
    found = shell(script)
    assert found.outcome is outcome and says in found.summary


def test_other_codes_may_be_named() -> None:
    assert shell("exit 3", pass_codes=[3], fail_codes=[0]).outcome is Outcome.PASS
    assert shell("exit 0", pass_codes=[3], fail_codes=[0]).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("text", "code", "outcome"),
    [
        ('{"status": "pass", "summary": "12 tests", "evidence": {"tests": 12}}', 0, Outcome.PASS),
        ('{"status": "fail", "summary": "2 failed"}', 0, Outcome.FAIL),
        ('{"status": "pass"}', 1, Outcome.FAIL),
        ('{"status": "error"}', 0, Outcome.ERROR),
        ('{"status": "skip"}', 0, Outcome.ERROR),
        ('{"status": ["pass"]}', 0, Outcome.ERROR),
        ("[]", 0, Outcome.ERROR),
        ("all fine", 0, Outcome.ERROR),
        ("", 0, Outcome.ERROR),
    ],
)
def test_the_worse_of_code_and_json_counts(text: str, code: int, outcome: Outcome) -> None:
    found = shell(f"echo '{text}'; exit {code}", output="json")
    assert found.outcome is outcome
    if "12 tests" in text:
        assert found.summary == "12 tests" and found.evidence["tests"] == 12


def test_a_program_that_is_not_there_is_an_error() -> None:
    found = run(context("command", {"argv": ["no-such-program-here"]}, environ=ENVIRON))
    assert found.outcome is Outcome.ERROR and "no-such-program-here" in found.summary


def test_no_shell_reads_the_words() -> None:
    found = run(context("command", {"argv": ["echo", "$HOME; `id` && {{ deployment.id }}"]}, environ=ENVIRON))
    assert found.summary == "$HOME; `id` && hub"


def test_it_sees_only_what_it_is_given_and_secrets_stay_hidden() -> None:
    found = shell("env; echo token=$HUB_TOKEN", env=["HUB_TOKEN"])
    told = json.dumps([found.summary, dict(found.evidence)])
    assert found.summary == "token=•••" and "s3cr3t-value" not in told and "unasked" not in told


def test_a_secret_that_the_limit_cuts_in_two_is_hidden_whole() -> None:
    script = "printf '%s' $HUB_TOKEN; head -c 1994 /dev/zero | tr '\\0' x"  # the last 2000 signs begin within it
    assert "value" not in shell(script, env=["HUB_TOKEN"]).evidence["output"]
    script = "head -c 294 /dev/zero | tr '\\0' x; printf '%s' $HUB_TOKEN"  # and the first 300 end there
    assert "s3c" not in shell(script, env=["HUB_TOKEN"]).summary


def test_a_fork_s_change_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    ctx = context("command", {"argv": ["touch", str(ran)]}, environ=ENVIRON, change=replace(CHANGE, fork=True))
    assert run(ctx).outcome is Outcome.ERROR and not ran.exists()


def test_a_folder_outside_of_the_checkout_is_refused() -> None:
    found = shell("pwd", cwd="../..")
    assert found.outcome is Outcome.ERROR and "no folder of the checkout" in found.summary


def test_output_without_end_is_cut_and_the_program_stopped() -> None:
    start = time.monotonic()
    found = shell("yes", seconds=1.5)
    assert found.outcome is Outcome.ERROR and "did not end in time" in found.summary
    assert time.monotonic() - start < 10 and len(found.evidence["output"]) <= 2000


def test_much_output_does_not_block_it() -> None:
    assert shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo done >&2").outcome is Outcome.PASS


CHILDREN = {
    "in the foreground": "echo $$ >> {0}; sleep 60",
    "in the background, holding the pipe": "sleep 60 & echo $! >> {0}; wait",
    "left behind by a program that ended": "sleep 60 & echo $! >> {0}; exit 0",
    "deaf to polite signals": "trap '' TERM; echo $$ >> {0}; while :; do sleep 1; done",
    "in a session of its own": "setsid sh -c 'echo $$ >> {0}; exec sleep 60' &\nuntil [ -s {0} ]; do sleep 0.05; done",
}


@pytest.mark.parametrize("what", CHILDREN)
def test_no_process_survives(tmp_path: Path, what: str) -> None:
    pids = tmp_path / "pids"
    start = time.monotonic()
    shell(CHILDREN[what].format(pids), seconds=2)
    assert time.monotonic() - start < 20  # each would go on for a minute
    alive = [pid for pid in pids.read_text().split() if _lives(int(pid))]
    assert pids.read_text() and alive == []


def _lives(pid: int) -> bool:
    """Whether it runs: one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
