"""What it costs to begin: a job's banner, a gate with ten local checks, and the tracker's second start.

Processor seconds of the whole command, git's too, the best of several: what else the machine does is not ours. A second
start is measured in seconds of waiting, since that is what is promised.
"""

import os
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measuring import say

ROOT = Path(__file__).resolve().parent.parent
CHECKS = "".join(f"  - {{id: w{n}, kind: window, with: {{windows: [labs]}}}}\n" for n in range(8))
POLICY = f"""\
apiVersion: policy/v1
name: hubs
deployments:
  - id: hub
    stages:
      - {{id: prod, refs: [refs/heads/prod]}}
windows:
  labs:
    reason: Labs
    rules: [{{start: 2018-01-16T08:00:00, duration: 11h, rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}}]
checks:
  - {{id: named, kind: target}}
  - {{id: own, kind: command, with: {{argv: ["true"]}}}}
{CHECKS}"""
ROUNDS = 5


def run(*, full: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        _repo(here)
        place = ["-d", "hub", "-s", "prod"]
        banner = _cpu(["context", *place], here)
        gate = _cpu(["gate", "check", *place], here)
        fine = say("seconds of CPU to the banner: tracker context", banner, 0.5)
        fine &= say("seconds of CPU that a gate with ten local checks adds", gate - banner, 1.0)
        _start(here)
        return bool(say("seconds to the second start: tracker serve", min(_start(here) for _ in range(3)), 2.0)) and fine


def _environ(here: Path) -> dict[str, str]:
    who = {f"GIT_{role}_{what}": "ada@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    more = {"HOME": str(here), "PYTHONPATH": str(ROOT), "TRACKER_DATA_DIR": str(here / "data"), "LANG": "C.UTF-8"}
    return {"PATH": os.environ["PATH"], **who, **more}


def _repo(here: Path) -> None:
    (here / "policy").mkdir()
    (here / "policy" / "hubs.yaml").write_text(POLICY)
    for words in (
        ["init", "-q", "-b", "prod"],
        ["add", "policy"],
        ["commit", "-q", "-m", "One"],
        ["commit", "-q", "--allow-empty", "-m", "Two"],
    ):
        subprocess.run(["git", *words], cwd=here, env=_environ(here), check=True)


def _cpu(words: list[str], here: Path) -> float:
    """The least of several runs, in processor seconds of the command and its children."""
    spent = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "tracker", *words]
        done = subprocess.run(command, cwd=here, env=_environ(here), capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if "YOU ARE MANAGING" not in done.stdout:
            raise RuntimeError(f"tracker {' '.join(words)}: {done.stdout}{done.stderr}")
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def _start(here: Path) -> float:
    """Seconds until `tracker serve` has printed its sign-in link."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "tracker", "serve", "--port", "0", "--examples", str(ROOT / "incidents")]
    process = subprocess.Popen(command, cwd=here, env=_environ(here), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    said = b""
    with process, selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while b"/sign-in/" not in said and selector.select(timeout=60):
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            said += piece
        took = time.monotonic() - begun
        process.terminate()
    if b"/sign-in/" not in said:
        raise RuntimeError(f"tracker serve said no link: {said!r}")
    return took
