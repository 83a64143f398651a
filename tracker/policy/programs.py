"""Run one program that may hang, shout or leave children behind, and be rid of all of it at the deadline.

`subprocess.run(timeout=…)` kills the program alone and then waits for its children, who hold the pipe. Here it gets a
session of its own, the whole group is killed when it is over, and whoever left the group is found by a mark in its
environment.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

OUTPUT_BYTES = 64 * 1024  # of each of the two outputs; more is read and thrown away
GRACE_SECONDS = 0.5  # between asking to end and killing
SWEEPS = 20
MARK = "TRACKER_CHECK_RUN"
_RUNNING: "dict[str, subprocess.Popen[bytes]]" = {}  # by mark


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: `code` as a shell counts it, negative for a signal; None where the deadline ended it."""

    code: int | None
    out: bytes
    err: bytes
    cut: bool  # there was more output than is kept
    ms: int


class _Drain(threading.Thread):
    """Reads an output to its end, so that the program never waits for a full pipe, and keeps the first part."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream, self.kept, self.cut = stream, bytearray(), False
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), 65_536):
                room = OUTPUT_BYTES - len(self.kept)
                self.kept += piece[:room]
                self.cut = self.cut or len(piece) > room


def run(argv: Sequence[str], *, cwd: Path | None, environ: Mapping[str, str], deadline: float) -> Ended:
    """Run `argv` without a shell until it ends or `time.monotonic()` is `deadline`. Raises `OSError` if it cannot start.

    It has no standard input and sees `environ` alone. When this returns, none of its processes lives.
    """
    mark, start = f"{os.getpid()}-{uuid.uuid4().hex}", time.monotonic()
    process = subprocess.Popen(
        list(argv),
        cwd=cwd,
        env={**environ, MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    _RUNNING[mark] = process
    assert process.stdout is not None and process.stderr is not None
    out, err = _Drain(process.stdout), _Drain(process.stderr)
    try:
        code: int | None = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        code = None
    finally:
        _end(process, mark)
        _RUNNING.pop(mark, None)
        for drain, stream in ((out, process.stdout), (err, process.stderr)):
            drain.join(1)
            if not drain.is_alive():  # else somebody whom we may not kill holds the pipe: let the thread have it
                stream.close()
    took = round((time.monotonic() - start) * 1000)
    return Ended(code, bytes(out.kept), bytes(err.kept), out.cut or err.cut, took)


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the group, politely while the program itself still runs; then whoever went out of it."""
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(SWEEPS):  # one that is killed may have begun another meanwhile
        if not (found := _marked(mark)):
            break
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def end_all() -> None:
    """Kill whatever still runs, and all that it started: for a process that is on its way out itself."""
    for mark, process in list(_RUNNING.items()):
        _signal(process.pid, signal.SIGKILL)
        for pid in _marked(mark):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _marked(mark: str) -> list[int]:
    """Processes that carry the mark; none where the system does not tell (no /proc)."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if wanted in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
    return found
