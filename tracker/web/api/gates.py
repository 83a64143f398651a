"""Gates: asked, decided, looked up, simulated, handed in."""

from typing import Any

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue

from tracker.domain.errors import Invalid, NotFound
from tracker.policy import values
from tracker.policy.wire import from_json, to_json
from tracker.services import gate_facts, gate_pages, gates, server_checks
from tracker.services.gate_requests import GateRequest, Prepared
from tracker.store.models import GateRun
from tracker.web.api.asked import address_of_run, body, body_as, idempotency_key, reading, token_required, writing
from tracker.web.scope import settings

bp = Blueprint("gates", __name__)


@bp.post("/gates")
@token_required
def open_gate() -> ResponseReturnValue:
    """Ask. 201 with what the command line needs to go on; 409 where the policy's text has to be sent, too."""
    request = _request()
    with reading() as session:
        prepared = gates.prepare(session, request, token=g.token, at=g.at)
        run = gates.known_run(session, prepared, g.token)
        results = gates.results_of(session, run, by_server=True) if run is not None else None
    if run is None or results is None:
        results = gates.evaluate(prepared, server_checks.surroundings(settings()))  # no transaction is open meanwhile
        with writing() as session:
            run = gates.store(session, prepared, results, token=g.token, at=g.at)
            results = gates.results_of(session, run, by_server=True)
            public_id = run.public_id
    else:
        public_id = run.public_id
    return _opened(public_id, prepared, results), 201


@bp.post("/gates/<public_id>/decide")
@token_required
def decide(public_id: str) -> ResponseReturnValue:
    """The command line's results in, the verdict out; the same again when asked again."""
    results = from_json(tuple[values.Result, ...], body().get("results", []), "results")
    with writing() as session:
        run = gates.find(session, public_id)
        gates.token_may(session, g.token, run)
        decision = gates.decide(session, run, results, at=g.at)
        return _decided(run, decision)


@bp.get("/gates/<public_id>")
@token_required
def show(public_id: str) -> ResponseReturnValue:
    with reading() as session:
        run = gates.find(session, public_id)
        gates.token_may(session, g.token, run)
        _, deployment, stage = gates.place_of(session, run)
        said = {
            "id": run.public_id,
            "at": to_json(run.at),
            "deployment": deployment.slug,
            "stage": stage.slug,
            "phase": run.phase,
            "dry_run": run.dry_run,
            "change": to_json(from_json(values.Change, run.context)),
        }
        if run.verdict is None:
            undecided = {
                "verdict": None,
                "results": to_json(gates.results_of(session, run)),
                "url": address_of_run(public_id),
            }
            return {**said, **undecided}
        return {**said, **_decided(run, gates.decision_of(session, run))}


@bp.get("/gates/<public_id>.<shape>")
@token_required
def export(public_id: str, shape: str) -> ResponseReturnValue:
    """A decided run as Markdown (md) or JUnit (xml), for a CI that keeps such files."""
    if shape not in gate_pages.SHAPES:
        raise NotFound("There is no such address.")
    with reading() as session:
        gates.token_may(session, g.token, gates.find(session, public_id))
        data, media_type = gate_pages.shaped(session, public_id, shape, url=address_of_run(public_id))
    return Response(data, mimetype=media_type)


@bp.post("/gates:simulate")
@token_required
def simulate() -> ResponseReturnValue:
    """What would the gate say? Any time, any change; nothing is stored."""
    request = from_json(GateRequest, {**body(), "dry_run": True}, "gate")
    with reading() as session:
        around = server_checks.surroundings(settings())
        prepared, decision = gates.simulate(session, request, token=g.token, at=g.at, around=around)
    return {
        "verdict": decision.verdict.value,
        "because": decision.because,
        "blocking": list(decision.blocking),
        "results": to_json(decision.results),
        "at": to_json(prepared.at),
    }


@bp.post("/gates:hand-in")
@token_required
def hand_in() -> ResponseReturnValue:
    """A run that was made while this server was away, and the deployments that followed; the same file twice is once."""
    from tracker.web.api.deployments import take_records

    file = body()
    with writing() as session:
        run, decision = gates.hand_in(session, file, token=g.token, at=g.at)
        *_, stage = gates.place_of(session, run)
        records = file.get("records") or []
        if not isinstance(records, list):
            raise Invalid("records has to be a list.", "records")
        take_records(session, stage, records, run=run)
        return _decided(run, decision), 201


def _request() -> GateRequest:
    key = idempotency_key()
    return body_as(GateRequest, "gate", **({"key": key} if key else {}))


def _opened(public_id: str, prepared: Prepared, results: list[values.Result]) -> dict[str, Any]:
    return {
        "id": public_id,
        "url": address_of_run(public_id),
        "policy": {
            "name": prepared.policy.name,
            "digest": prepared.text.digest,
            "yaml": prepared.text.yaml,
            "in_force": prepared.text.in_force,
            "same": prepared.text.same,
        },
        "server_checks": [one.check for one in results],
        "results": to_json(results),
        "facts": to_json(gate_facts.for_the_command_line(prepared.facts)),
        "waivers": to_json(prepared.waivers),
        "relaxed": to_json(prepared.relaxed),
        "override": to_json(prepared.override),
        "now": to_json(prepared.now),
        "server_time": to_json(g.at),
    }


def _decided(run: GateRun, decision: values.Decision) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "verdict": decision.verdict.value,
        "because": decision.because,
        "blocking": list(decision.blocking),
        "results": to_json(decision.results),
        "expires_at": to_json(run.expires_at),
        "url": address_of_run(run.public_id),
    }
