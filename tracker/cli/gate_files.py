"""Where a gate's answer is written: files that were asked for, the files that GitHub gives, and a run kept for later."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.policy.outputs import Report, as_json

if TYPE_CHECKING:
    from tracker.cli.gate_answers import Opened

VERSION = 1


def write_files(report: Report, *, junit: Path | None, json_: Path | None, dotenv: Path | None) -> None:
    """The files that options name."""
    if json_ is not None:
        _write(json_, (json.dumps(as_json(report), indent=1) + "\n").encode())
    if junit is not None:
        from tracker.policy.outputs.junit import junit as as_junit

        _write(junit, as_junit(report))
    if dotenv is not None:
        from tracker.policy.outputs.dotenv import dotenv as as_dotenv

        _write(dotenv, as_dotenv(report).encode())


def write_for_github(report: Report) -> None:
    """The job's summary and the step's outputs, where GitHub says that it wants them."""
    from tracker.policy.outputs.github import outputs
    from tracker.policy.outputs.markdown import markdown

    for variable, text in (("GITHUB_STEP_SUMMARY", markdown(report)), ("GITHUB_OUTPUT", outputs(report))):
        if path := os.environ.get(variable):
            try:
                with Path(path).open("a", encoding="utf-8") as file:
                    file.write(text)
            except OSError as error:
                click.echo(f"tracker: {variable} cannot be written: {error.strerror}.", err=True)


def keep_for_later(opened: "Opened", report: Report, path: Path | None, records: list[dict[str, Any]]) -> Path:
    """Write down a run that the server did not see (all of it), for `tracker gate sync`."""
    from tracker.cli.gate_answers import request_of
    from tracker.policy.wire import to_json

    path = path or Path(f"tracker-gate-{report.at:%Y%m%dT%H%M%SZ}-{opened.key[:8]}.json")
    request = request_of(opened.prepared, yaml=True, key=opened.key) | {"break_glass": None, "at": None}
    kept = {
        "version": VERSION,
        "request": request,
        "results": to_json(report.decision.results),
        "decision": {"verdict": report.verdict.value, "because": report.decision.because},
        "at": to_json(report.at),
        "records": records,
    }
    _write(path, (json.dumps(kept, indent=1) + "\n").encode())
    return path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
