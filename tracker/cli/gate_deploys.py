"""Run the deploy behind an open gate, and tell the server that it began and how it ended.

The command keeps our terminal, input and output. Signals that we are sent go on to it; should we be killed outright, Linux
ends it (PR_SET_PDEATHSIG). What the server cannot be told now is kept in a file for `tracker gate sync`.
"""

import contextlib
import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tracker.cli.gate_answers import Opened
from tracker.cli.gate_files import keep_for_later
from tracker.cli.server import segment
from tracker.domain.errors import TrackerError
from tracker.policy.outputs import Deploy, Report
from tracker.policy.plain_text import in_log
from tracker.policy.wire import to_json

RECORD_SECONDS = 20.0
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
PR_SET_PDEATHSIG = 1
CANNOT_RUN, NOT_FOUND = 126, 127  # as a shell says them


def deploy(opened: Opened, report: Report, command: Sequence[str], later: Path | None) -> Report:
    """Run the command; the report with how it ended. Its code is the command's own, 128 and the signal's number for one."""
    shown = in_log(shlex.join(command), 200)
    begun = Deploy(command=shown, started_at=opened.clock())  # a runner's own clock may be wrong, and a soak counts from it
    click.echo(f"tracker: deploying {opened.prepared.where}: {shown}", err=True)
    # Told before it runs: a deploy that nobody sees the end of did begin.
    untold = not _told(opened, _record(opened, begun, "started"))
    code = run(command)
    ended = replace(begun, finished_at=opened.clock(), code=code)
    record = _record(opened, ended, "success" if code == 0 else "failure")
    untold = not _told(opened, record) or untold
    if untold and (opened.prepared.server or later):  # without a tracker there is none to hand it to
        path = keep_for_later(opened, report, later, [record])
        click.echo(f"tracker: the deployment is kept in {path}: `tracker gate sync {path}` hands it in.", err=True)
    return replace(report, phase="deploy", deploy=ended)


def run(command: Sequence[str]) -> int:
    """Run it here and return its code as a shell counts it."""
    sys.stdout.flush()
    sys.stderr.flush()
    own_group = not sys.stdin.isatty()  # at a terminal it has to be in the foreground's group, to be able to ask
    try:
        process = subprocess.Popen(
            list(command), process_group=0 if own_group else None, preexec_fn=_ended_with(os.getpid())
        )
    except FileNotFoundError:
        click.echo(f"tracker: {in_log(command[0])} is not here.", err=True)
        return NOT_FOUND
    except OSError as error:
        click.echo(f"tracker: {in_log(command[0])} cannot be run: {error.strerror}.", err=True)
        return CANNOT_RUN
    with _forwarded(process, own_group):
        code = process.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _forwarded(process: "subprocess.Popen[bytes]", group: bool) -> Iterator[None]:
    """Send on what we are sent, so that the command decides how it ends, and we tell how it did."""

    def forward(number: int, _: Any) -> None:
        with contextlib.suppress(ProcessLookupError):
            if group:
                os.killpg(process.pid, number)
            elif number != signal.SIGINT:  # the terminal has sent that one to both of us
                process.send_signal(number)

    before = {number: signal.signal(number, forward) for number in FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended_with(parent: int) -> Callable[[], None] | None:
    """What the child does before it becomes the command: on Linux, ask to be ended with us."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # we died before it could ask
            os._exit(128 + signal.SIGTERM)

    return ask


def _record(opened: Opened, told: Deploy, status: str) -> dict[str, Any]:
    change = opened.prepared.change
    return {
        "status": status,
        "commit": change.new,
        "tree": change.tree,
        "content_id": change.content_id,
        "subject": change.subject,
        "author": change.author,
        "started_at": to_json(told.started_at),
        "finished_at": to_json(told.finished_at),
        "gate": opened.id,
    }


def _told(opened: Opened, record: dict[str, Any]) -> bool:
    """Whether the server took it. A deploy is not stopped, and its code not changed, by a server that did not."""
    server, prepared = opened.prepared.server, opened.prepared
    if server is None or opened.id is None:
        return False
    path = f"/api/v1/deployments/{segment(prepared.deployment.id)}/{segment(prepared.stage.id)}/records"
    try:
        server.post(path, record, deadline=time.monotonic() + RECORD_SECONDS)
    except TrackerError as error:
        click.echo(f"tracker: the deployment ({record['status']}) could not be recorded: {error}", err=True)
        return False
    return True
