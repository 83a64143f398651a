"""A gate asked and answered: the server opens it, local checks run, the server decides; without it we decide, and stay shut.

`open_gate` asks the server, `answer` runs what is ours to run and gets the verdict. Between the two the banner is shown.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.cli.gate_questions import Prepared, policy_of
from tracker.cli.server import NotReached
from tracker.domain.errors import Conflict
from tracker.domain.policy import Verdict
from tracker.policy.banner import Heading, offline_note
from tracker.policy.decide import decide
from tracker.policy.kinds import Context, could_not_find_out, where
from tracker.policy.outputs import Report
from tracker.policy.running import result_of, run_checks
from tracker.policy.values import Decision, Facts, Override, Ran, Relaxed, Result, Waiver
from tracker.policy.wire import from_json, to_json

if TYPE_CHECKING:
    from tracker.policy.model import Check

FOR_THE_SERVER_SECONDS = 5.0  # kept of the time of a gate, to get the verdict
AGAIN_SECONDS = (2.0, 4.0, 8.0, 15.0)  # between two looks at what fails, with --wait; the last one from then on


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A gate that waits for our answers; `id` None: the server was not reached, `why` says so."""

    prepared: Prepared
    key: str
    began: float  # `time.monotonic()`, and what the server's clock said then, or ours
    at: datetime
    id: str | None = None
    url: str | None = None
    why: str = ""
    server_results: tuple[Result, ...] = ()
    facts: Facts | None = None
    waivers: tuple[Waiver, ...] = ()
    relaxed: Relaxed | None = None
    override: Override | None = None
    now: Ran | None = None

    @property
    def heading(self) -> Heading:
        """The banner's head, with what the server knows."""
        notes = [] if self.id else [f"{self.why} {offline_note(not self.prepared.stage.protected)}."]
        if self.override is not None:
            notes.append(f"BREAK-GLASS by {self.override.by}: {self.override.reason}")
        head = self.prepared.heading
        return replace(head, now=self.now, waivers=len(self.waivers), notes=(*head.notes, *notes))

    def clock(self) -> datetime:
        """Now, by the server's clock where it was reached: a runner's may be wrong."""
        question = self.prepared.question
        return question.at or self.at + timedelta(seconds=time.monotonic() - self.began)

    @property
    def local(self) -> "list[Check]":
        """The checks that are ours to run."""
        done = {one.check for one in self.server_results}
        online = self.id is not None
        return [one for one in self.prepared.checks if one.id not in done and where(one, online=online) == "cli"]


def request_of(prepared: Prepared, *, yaml: bool, key: str) -> dict[str, Any]:
    """The question as the server takes it; the policy's text only where it asks for it."""
    question, text = prepared.question, prepared.text
    return {
        "policy": prepared.policy.name,
        "digest": text.digest if text else None,
        "yaml": text.data.decode("utf-8") if text and yaml else None,
        "change": to_json(prepared.change),
        "phase": question.phase,
        "dry_run": question.dry_run,
        "at": to_json(question.at),
        "break_glass": question.break_glass,
        "key": key,
    }


def open_gate(prepared: Prepared) -> Opened:
    """Ask the server. Raises what it refuses (a token of another deployment, an unknown break-glass code)."""
    key = uuid.uuid4().hex
    if prepared.server is None:
        why = "TRACKER_SERVER and TRACKER_TOKEN do not say where the tracker is and who asks."
        return Opened(prepared=prepared, key=key, began=time.monotonic(), at=prepared.question.now, why=why)
    try:
        said = _asked(prepared, key)
    except NotReached as error:
        at = prepared.question.now
        return Opened(prepared=prepared, key=key, began=time.monotonic(), at=at, why=str(error))
    if prepared.text is None and said["policy"]["digest"] != prepared.digest:  # pushed since we asked which one it is
        prepared = replace(prepared, policy=policy_of(said["policy"]["yaml"]), digest=said["policy"]["digest"])
    return Opened(
        prepared=prepared,
        key=key,
        began=time.monotonic(),
        at=from_json(datetime, said["server_time"]),
        id=said["id"],
        url=said["url"],
        server_results=from_json(tuple[Result, ...], said["results"], "results"),
        facts=from_json(Facts, said["facts"]),
        waivers=from_json(tuple[Waiver, ...], said["waivers"], "waivers"),
        relaxed=_maybe(Relaxed, said["relaxed"]),
        override=_maybe(Override, said["override"]),
        now=_maybe(Ran, said["now"]),
    )


def answer(opened: Opened, *, wait_until: float = 0.0, waiting: Callable[[Sequence[str]], None] = lambda _: None) -> Report:
    """Run our checks and get the verdict. With `wait_until` what fails is looked at again until then; `waiting` is told."""
    local, looks = _run(opened, opened.local), 0
    while wait_until > time.monotonic() and (failing := _in_the_way(opened, local)):
        waiting(failing)
        pause = AGAIN_SECONDS[min(looks, len(AGAIN_SECONDS) - 1)]
        looks += 1
        time.sleep(max(0.0, min(pause, wait_until - time.monotonic())))
        again = {one.check: one for one in _run(opened, [one for one in opened.local if one.id in failing])}
        local = [again.get(one.check, one) for one in local]
        if any(one.check in failing for one in opened.server_results):
            opened = _looked_at_again(opened)
    if opened.id is not None and opened.prepared.server is not None:
        try:
            return _decided_by_server(opened, local)
        except NotReached as error:
            opened = replace(opened, id=None, why=str(error))
    return _decided_here(opened, local)


def _asked(prepared: Prepared, key: str) -> Any:
    assert prepared.server is not None
    deadline = prepared.question.deadline - FOR_THE_SERVER_SECONDS
    deadline = max(deadline, (time.monotonic() + prepared.question.deadline) / 2)
    try:
        return prepared.server.post("/api/v1/gates", request_of(prepared, yaml=False, key=key), deadline=deadline, key=key)
    except Conflict as conflict:
        if prepared.text is None or "send yaml" not in str(conflict):
            raise
    return prepared.server.post("/api/v1/gates", request_of(prepared, yaml=True, key=key), deadline=deadline, key=key)


def _run(opened: Opened, checks: "Sequence[Check]") -> list[Result]:
    prepared, environ = opened.prepared, opened.prepared.question.environ
    left = prepared.question.deadline - time.monotonic()
    deadline = prepared.question.deadline - min(FOR_THE_SERVER_SECONDS, left / 4)

    def context(check: "Check") -> Context:
        return Context(
            policy=prepared.policy,
            deployment=prepared.deployment,
            stage=prepared.stage,
            check=check,
            change=prepared.change,
            facts=opened.facts,
            now=opened.clock(),
            deadline=deadline,
            http=_client,
            git=prepared.repo,
            environ=environ,
        )

    return run_checks(checks, context, deadline=deadline)


def _client() -> Any:
    """Asks from this machine whatever the policy names: it is the runner's own network."""
    from tracker.policy.addresses import EVERYWHERE
    from tracker.policy.http_client import Client

    return Client(allowed=EVERYWHERE)


def _in_the_way(opened: Opened, local: Sequence[Result]) -> tuple[str, ...]:
    """The checks that would block if the verdict were given now."""
    return _weighed(opened, local).blocking


def _looked_at_again(opened: Opened) -> Opened:
    """Ask anew, as another run, so that the server's checks are evaluated again; the old one stays undecided."""
    anew = open_gate(opened.prepared)
    return anew if anew.id is not None else opened


def _decided_by_server(opened: Opened, local: Sequence[Result]) -> Report:
    server = opened.prepared.server
    assert server is not None and opened.id is not None
    deadline = opened.prepared.question.deadline
    path = f"/api/v1/gates/{opened.id}/decide"
    said = server.post(path, {"results": to_json(list(local))}, deadline=deadline)
    decision = Decision(
        verdict=Verdict(said["verdict"]),
        results=from_json(tuple[Result, ...], said["results"], "results"),
        blocking=tuple(said["blocking"]),
        because=said["because"],
    )
    return _report(opened, decision, expires_at=_maybe(datetime, said["expires_at"]), url=said["url"])


def _decided_here(opened: Opened, local: Sequence[Result]) -> Report:
    """Without the server: what only it knows is an error. A protected stage stays shut, whatever our checks say."""
    decision = _weighed(opened, local)
    if opened.prepared.stage.protected and decision.verdict.lets_through:
        because = "the tracker was not reached, and a protected stage is not opened without it"
        decision = replace(decision, verdict=Verdict.UNDECIDED, because=because)
    return _report(opened, decision)


def _weighed(opened: Opened, local: Sequence[Result]) -> Decision:
    prepared = opened.prepared
    protected = prepared.stage.protected
    known = {one.check: one for one in (*opened.server_results, *local)}
    results = []
    for check in prepared.checks:
        if check.id in known:
            results.append(known[check.id])
            continue
        unknown = could_not_find_out("The tracker's server was not reached, and only it knows this.")
        result = result_of(check, unknown, opened.clock())
        results.append(result if protected else replace(result, on_error_fails=False))
    return decide(
        results,
        protected=protected,
        where=prepared.where,
        relaxed=opened.relaxed,
        waivers=opened.waivers,
        override=opened.override if opened.id else None,
    )


def _report(opened: Opened, decision: Decision, *, expires_at: datetime | None = None, url: str | None = None) -> Report:
    question = opened.prepared.question
    return Report(
        heading=opened.heading,
        decision=decision,
        at=opened.clock().astimezone(UTC),
        phase=question.phase,
        dry_run=question.dry_run,
        online=opened.id is not None,
        digest=opened.prepared.digest,
        url=url,
        expires_at=expires_at,
    )


def _maybe(kind: type, data: Any) -> Any:
    return None if data is None else from_json(kind, data)
