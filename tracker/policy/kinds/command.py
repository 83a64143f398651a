"""`command`: a program of the team's own says so by its exit code. Only the command line runs one, and never for a fork."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.domain.policy import Outcome
from tracker.policy.kinds.context import Context, CouldNotFindOut, could_not_find_out
from tracker.policy.kinds.texts import expand, redact
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import CommandParams
    from tracker.policy.programs import Ended

SPARE_SECONDS = 1.0  # to kill what hangs and still answer in time
ALWAYS_GIVEN = ("PATH", "HOME")
SECRET = re.compile("TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH", re.IGNORECASE)  # names whose values are never shown
TOLD = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "error": Outcome.ERROR}
WORSE = [Outcome.PASS, Outcome.FAIL, Outcome.ERROR]


def run(ctx: Context, params: "CommandParams") -> Observation:
    """A code that is neither a pass nor a fail code is an error; with `output: json` the worse of code and text counts."""
    from tracker.policy import programs

    if ctx.change is not None and ctx.change.fork:
        raise CouldNotFindOut("The change comes from a fork: no program is run for it.")
    argv = [str(word) for word in expand(list(params.argv), ctx)]
    environ = {name: ctx.environ[name] for name in (*ALWAYS_GIVEN, *params.env) if name in ctx.environ}
    ctx.revealed.update(value for name, value in environ.items() if SECRET.search(name))
    try:
        ended = programs.run(argv, cwd=_folder(ctx, params.cwd), environ=environ, deadline=ctx.deadline - SPARE_SECONDS)
    except OSError as error:
        return could_not_find_out(f"{argv[0]} cannot be run: {error.strerror or error}.", argv=argv)
    evidence = {"argv": argv, "code": ended.code, "ms": ended.ms, "output": _tail(ended, ctx.revealed)}
    if ended.code is None:
        return could_not_find_out(f"{argv[0]} did not end in time and was stopped.", **evidence)
    by_code = _by_code(ended.code, params)
    if by_code is None:
        return could_not_find_out(f"{argv[0]} ended with {ended.code}, which is neither pass nor fail.", **evidence)
    if params.output == "json":
        return _by_text(ended, by_code, argv[0], evidence)
    return Observation(by_code, _last_line(ended, ctx.revealed) or f"{argv[0]} ended with {ended.code}", evidence)


def _by_code(code: int, params: "CommandParams") -> Outcome | None:
    if code in params.pass_codes:
        return Outcome.PASS
    return Outcome.FAIL if code in params.fail_codes else None


def _by_text(ended: "Ended", by_code: Outcome, program: str, evidence: dict[str, Any]) -> Observation:
    try:
        told = json.loads(ended.out)
        outcome, summary = TOLD[told["status"]], told.get("summary", "")
        more = told.get("evidence", {})
        if not isinstance(summary, str) or not isinstance(more, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return could_not_find_out(f"{program} did not print {{status: pass, fail or error, summary, evidence}}.", **evidence)
    worse = max(outcome, by_code, key=WORSE.index)
    return Observation(worse, summary or f"{program} says {outcome}", {**more, **evidence})


def _folder(ctx: Context, cwd: str | None) -> Path | None:
    """The folder to run in, inside the checkout; the current one where there is no checkout and none is asked for."""
    top = _top(ctx)
    if cwd is None:
        return top
    base = (top or Path()).resolve()
    folder = (base / cwd).resolve()
    if not folder.is_relative_to(base) or not folder.is_dir():
        raise CouldNotFindOut(f"{cwd} is no folder of the checkout.")
    return folder


def _top(ctx: Context) -> Path | None:
    if ctx.git is None:
        return None
    told = ctx.git.ask_or_none("rev-parse", "--show-toplevel")  # a bare repo has none
    return Path(told.decode().strip()) if told and told.strip() else ctx.git.folder


def _last_line(ended: "Ended", secrets: Iterable[str]) -> str:
    lines = redact((ended.out or ended.err).decode("utf-8", "replace"), secrets).strip().splitlines()
    return "".join(sign for sign in lines[-1] if sign.isprintable())[:300] if lines else ""


def _tail(ended: "Ended", secrets: Iterable[str]) -> str:
    """The end of what it wrote. Secrets are taken out before it is cut: a half of one would not be found afterwards."""
    told: str = redact((ended.out + ended.err).decode("utf-8", "replace"), secrets)
    return told[-2000:]
