"""`http` on a real hub: good answers in a row, every kind of outage a fail, a refused address an error, no secret shown."""

import json
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.policy.contexts import CHANGE, context, run
from tests.policy.servers.loopback import certificate
from tests.policy.servers.staging_hub import StagingHub
from tracker.domain.policy import Outcome
from tracker.policy.addresses import EVERYWHERE, PUBLIC_ONLY
from tracker.policy.http_client import Answer, Client
from tracker.policy.kinds.http import problem_of
from tracker.policy.parameters import Expect
from tracker.policy.values import Observation


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


def ask(hub: StagingHub, seconds: float = 5.0, client: Client | None = None, **params: Any) -> Observation:
    params = {"url": "{{ stage.promotes_from.url }}/hub/health", "wait": "0s", **params}
    return run(context("http", params, url=hub.url, seconds=seconds, http=client or Client(EVERYWHERE)))


def test_two_good_answers_in_a_row_are_a_pass(hub: StagingHub) -> None:
    found = ask(hub)
    assert found.outcome is Outcome.PASS and len(hub.asked) == 2
    assert found.evidence["status"] == 200 and len(found.evidence["sha256"]) == 64
    assert hub.asked[0][:2] == ("GET", "/hub/health")


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("503", "did not answer [200]: 503 (4 tries)"),
        ("refuse", "the connection was refused"),
        ("reset", "the connection broke"),
        ("redirect", "302, a redirect to /hub/login"),
    ],
)
def test_an_outage_is_a_fail_that_says_what_was_seen(hub: StagingHub, mode: str, says: str) -> None:
    hub.mode = mode
    found = ask(hub)
    assert found.outcome is Outcome.FAIL and says in found.summary
    assert len(hub.asked) == (0 if mode == "refuse" else 4)  # after the fourth no two in a row are left


@pytest.mark.parametrize("mode", ["hang", "drip", "drip-body"])
def test_a_hub_that_hangs_fails_in_the_check_s_time(hub: StagingHub, mode: str) -> None:
    hub.mode = mode
    start = time.monotonic()
    found = ask(hub, seconds=1.5)
    assert found.outcome is Outcome.FAIL and "no whole answer" in found.summary
    assert time.monotonic() - start < 1.5 + 3  # it is bounded; the machine may be busy


def test_an_attempt_that_hangs_leaves_time_for_the_next(hub: StagingHub) -> None:
    hub.mode = "hang"
    found = ask(hub, seconds=3.25, attempts=3, need=1)
    assert len(hub.asked) == 3 and found.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("pattern", "outcome"),
    [
        ((503, 200, 200), Outcome.PASS),
        ((200, 503, 200, 503, 200, 503), Outcome.FAIL),  # never twice in a row
        ((503, 503, 503, 200, 200), Outcome.PASS),
    ],
)
def test_a_hub_that_flaps_passes_only_where_it_holds(hub: StagingHub, pattern: tuple[int, ...], outcome: Outcome) -> None:
    hub.mode, hub.pattern = "flaky", pattern
    hub.mode = "flaky"
    assert ask(hub).outcome is outcome


def test_a_sign_in_page_behind_a_redirect_is_no_pass(hub: StagingHub) -> None:
    hub.mode = "redirect"
    found = ask(hub, follow_redirects=True)
    assert found.outcome is Outcome.FAIL and "sign-in page" in found.summary


def test_a_refused_address_is_an_error_since_it_says_nothing_of_the_hub(hub: StagingHub) -> None:
    found = ask(hub, client=Client(PUBLIC_ONLY))
    assert found.outcome is Outcome.ERROR and "may not ask there" in found.summary and hub.asked == []


def test_a_name_that_is_not_known_is_a_fail() -> None:
    params = {"url": "http://staging.invalid/", "wait": "0s"}
    found = run(context("http", params, http=Client(EVERYWHERE)))
    assert found.outcome is Outcome.FAIL and "not known" in found.summary


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ({"status": [204]}, "did not answer [204]: 200"),
        ({"body_contains": "maintenance"}, "without the text"),
        ({"body_not_contains": "version"}, "must not be there"),
        ({"json": {"status": "degraded"}}, 'has status = "ok"'),
        ({"json": {"services.proxy.up": 1}}, "has services.proxy.up = true"),
        ({"json": {"services.*.up | length(@)": 2}}, "= 1"),
        ({"cert_days_left": 7}, "no certificate"),
    ],
)
def test_what_is_not_as_expected_is_named(hub: StagingHub, expect: dict[str, Any], says: str) -> None:
    found = ask(hub, expect=expect, attempts=1, need=1)
    assert found.outcome is Outcome.FAIL and says in found.summary


def test_what_is_as_expected_passes(hub: StagingHub) -> None:
    wanted = {"status": "ok", "services.proxy.up": True, "missing": None}
    assert ask(hub, expect={"json": wanted, "body_contains": "proxy", "max_ms": 2000}).outcome is Outcome.PASS


def test_a_slow_answer_is_no_good_answer(hub: StagingHub) -> None:
    hub.delay_seconds = 0.2
    found = ask(hub, expect={"max_ms": 100}, attempts=1, need=1)
    assert found.outcome is Outcome.FAIL and "100 ms are allowed" in found.summary


def test_a_broken_expression_is_an_error_and_not_an_outage(hub: StagingHub) -> None:
    assert ask(hub, expect={"json": {"a..b": 1}}).outcome is Outcome.ERROR


def test_a_certificate_s_last_days_are_seen(tmp_path: Path) -> None:
    file, served = certificate(tmp_path, "127.0.0.1")
    client = Client(EVERYWHERE, ssl.create_default_context(cafile=str(file)))
    with StagingHub(tls=served) as hub:
        params = {"url": hub.url, "wait": "0s", "expect": {"cert_days_left": 30}}
        found = run(context("http", params, http=client, now=datetime.now(UTC)))
        assert found.outcome is Outcome.FAIL and "30 are asked for" in found.summary
        params = {**params, "expect": {"cert_days_left": 10}}
        assert run(context("http", params, http=client, now=datetime.now(UTC))).outcome is Outcome.PASS


def test_another_name_in_the_certificate_is_a_fail(tmp_path: Path) -> None:
    file, served = certificate(tmp_path, "other.example.org")
    client = Client(EVERYWHERE, ssl.create_default_context(cafile=str(file)))
    with StagingHub(tls=served) as hub:
        found = ask(hub, client=client)
    assert found.outcome is Outcome.FAIL and "certificate" in found.summary and hub.asked == []


def test_no_secret_comes_out(hub: StagingHub) -> None:
    hub.mode = "503"
    params = {
        "url": hub.url + "/health?key=${env:HUB_KEY}",
        "headers": {"Authorization": "token ${env:HUB_KEY}"},
        "wait": "0s",
    }
    ctx = context("http", params, http=Client(EVERYWHERE), environ={"HUB_KEY": "s3cr3t-value"})
    found = run(ctx)
    assert hub.asked[0][1:][0] == "/health?key=s3cr3t-value" and hub.asked[0][2]["authorization"] == "token s3cr3t-value"
    assert "s3cr3t-value" not in json.dumps([found.summary, dict(found.evidence)])


def test_what_is_cut_of_an_answer_shows_no_half_of_a_secret() -> None:
    secret, now = "s3cr3t-value-of-the-hub", datetime.now(UTC)
    onward = Answer("https://h.example.org", 302, {"location": "https://h.example.org/" + "x" * 70 + secret}, b"", False, 1)
    said = problem_of(onward, onward.url, Expect(), now, {secret})
    assert said is not None and "xx" in said and "s3c" not in said
    body = json.dumps({"echo": "x" * 50 + secret}).encode()
    echo = Answer("https://h.example.org", 200, {}, body, False, 1)
    said = problem_of(echo, echo.url, Expect.model_validate({"json": {"echo": "no"}}), now, {secret})
    assert said is not None and "xx" in said and "s3c" not in said


def test_a_secret_is_never_shown_to_a_fork_s_change(hub: StagingHub) -> None:
    from dataclasses import replace

    params = {"url": hub.url, "headers": {"Authorization": "token ${env:HUB_KEY}"}}
    ctx = context("http", params, http=Client(EVERYWHERE), environ={"HUB_KEY": "s3cr3t"}, change=replace(CHANGE, fork=True))
    assert run(ctx).outcome is Outcome.ERROR and hub.asked == []


def test_without_a_client_nothing_is_asked(hub: StagingHub) -> None:
    assert run(context("http", {"url": hub.url})).outcome is Outcome.ERROR
