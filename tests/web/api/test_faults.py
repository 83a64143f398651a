"""A database that is locked, a staging hub that hangs: every question has its answer in time, and nobody else waits."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.policy.servers.staging_hub import StagingHub
from tests.policy_world import POLICY, change, make_policy_world
from tests.web.api.conftest import Api
from tests.web.api.test_loop import FROM_CI, result
from tracker.policy.wire import to_json

URL = '"{{ stage.promotes_from.url }}/hub/health"'


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


@pytest.fixture
def settings(settings):
    return replace(settings, allowed_hosts="127.0.0.1")


@pytest.fixture
def asking(serve, session, cast, hub):
    """A server that asks the hub itself, and a token for it."""
    by_server = f"    runs_on: server\n    timeout: 2s\n    with: {{url: {URL}"
    yaml = POLICY.replace(f"    with: {{url: {URL}", by_server).replace("http://staging.example.org", hub.url)
    world = make_policy_world(session, cast, yaml=yaml)
    return Api(serve(), world.ci)


@pytest.mark.parametrize(
    ("mode", "outcome"), [("ok", "pass"), ("503", "fail"), ("hang", "fail"), ("drip", "fail"), ("redirect", "fail")]
)
def test_the_server_asks_the_hub_itself_and_is_back_in_time(asking, hub, mode, outcome):
    hub.mode = mode
    start = time.monotonic()
    opened = asking.gate(change())
    assert time.monotonic() - start < 8
    online = next(one for one in opened["results"] if one["check"] == "online")
    assert online["outcome"] == outcome, online["summary"]
    decided = asking.told("POST", f"/gates/{opened['id']}/decide", {"results": [result("online"), result("one-hub")]})
    assert ("online" in decided["blocking"]) is (outcome == "fail"), "what the job says of it does not count"


def test_a_hub_that_is_not_allowed_is_not_asked(serve, session, cast, hub, app):
    app.extensions["settings"] = replace(app.extensions["settings"], allowed_hosts="")
    yaml = POLICY.replace(f"    with: {{url: {URL}", f"    runs_on: server\n    with: {{url: {URL}")
    world = make_policy_world(session, cast, yaml=yaml.replace("http://staging.example.org", hub.url))
    opened = Api(serve(), world.ci).gate(change())
    online = next(one for one in opened["results"] if one["check"] == "online")
    assert online["outcome"] == "error" and hub.asked == []


def test_while_a_hub_hangs_others_are_answered(asking, hub):
    hub.mode = "hang"
    with ThreadPoolExecutor(9) as pool:
        slow = [pool.submit(asking.gate, change(new=f"{n:040x}")) for n in range(8)]
        time.sleep(0.5)
        start = time.monotonic()
        seen = {"deployment": "datahub", "stage": "staging", "status": "pass"}
        asking.told("POST", "/checks/datahub/load/observations", seen, status=201)
        took = time.monotonic() - start
        assert not any(one.done() for one in slow), "the hub does not hang"
        assert took < 1.5, f"a write waited for {took:.1f} s"
        assert {len(one.result()["results"]) for one in slow} == {5}


@pytest.mark.databases("sqlite")  # PostgreSQL has no such lock
def test_a_locked_database_is_said_in_time_and_nothing_is_half_done(api, database_url, app, monkeypatch):
    app.extensions["engine"].dispose()
    monkeypatch.setattr("tracker.store.engine.BUSY_MILLISECONDS", 300)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    answer = api.ask("POST", "/gates", {"change": to_json(change())}, key="k")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert answer.headers["Content-Type"] == "application/problem+json" and time.monotonic() - start < 5
    assert api.told("GET", "/deployments/datahub/prod")["gates"] == [], "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    opened = api.gate(change(), key="k")
    assert api.told("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI})["verdict"] == "deny"
