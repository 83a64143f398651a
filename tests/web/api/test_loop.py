"""The whole way by HTTP: put a policy in force, ask its gate, deploy, tell of it, see it."""

from datetime import UTC, datetime, timedelta

from tests.policy_world import DOCUMENT, POLICY, change
from tracker.domain.policy import Enforcement, Outcome
from tracker.policy.values import Result
from tracker.policy.wire import to_json


def result(check: str, outcome: Outcome = Outcome.PASS, summary: str = "fine") -> dict[str, object]:
    """As the command line sends it; what it says of enforcement does not count."""
    said = Result(check=check, title="", kind="http", outcome=outcome, summary=summary, enforcement=Enforcement.ADVISORY)
    return to_json(said)


FROM_CI = [result("online"), result("one-hub")]


def test_a_change_is_refused_then_let_through_deployed_and_seen(api, world):
    no_labs = POLICY.replace("start: 2026-08-24T", "start: 2099-08-24T").replace("until: 2026-", "until: 2099-")
    pushed = api.told(
        "PUT", "/policies/datahub", {"yaml": no_labs, "commit": "d" * 40, "author": "Ada", "texts": {DOCUMENT: "new"}},
        token=world.writer,
    )  # fmt: skip
    assert pushed["changed"] == ["windows changed"]

    opened = api.gate(change())
    assert opened["policy"]["digest"] == pushed["digest"] and opened["policy"]["same"]
    by_server = {one["check"]: one["outcome"] for one in opened["results"]}
    assert by_server["labs"] == "pass" and by_server["tested"] == "fail"
    assert "online" not in by_server and "one-hub" not in by_server, "those are the command line's"
    decided = api.told("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI})
    assert decided["verdict"] == "deny"
    assert set(decided["blocking"]) == {"tested", "soak"}

    begun = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    on_staging = {"status": "success", "commit": "e" * 40, "content_id": "e08a", "started_at": begun, "finished_at": begun}
    api.told("POST", "/deployments/datahub/staging/records", on_staging, status=201)
    attested = {"deployment": "data8", "check": "tested", "content_id": "e08a"}
    api.told("POST", "/attestations", attested, status=201, token=world.admin)

    opened = api.gate(change(), phase="exec")
    decided = api.told("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI})
    assert decided["verdict"] == "allow", decided
    record = {"status": "started", "commit": "b" * 40, "content_id": "e08a", "gate": opened["id"]}
    first = api.told("POST", "/deployments/datahub/prod/records", record, status=201)
    ended = api.told("POST", "/deployments/datahub/prod/records", {**record, "status": "success"}, status=201)
    assert first["id"] == ended["id"] and ended["status"] == "success"

    stage = api.told("GET", "/deployments/datahub/prod")
    assert stage["now"]["commit"] == "b" * 40
    assert stage["ungated"] == []
    assert [one["verdict"] for one in stage["gates"]] == ["allow", "deny"]
    assert {one["check"]: one["state"] for one in stage["checks"]}["online"] == "pass"
