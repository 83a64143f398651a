"""The servers that other tests lean on do what their names say, over real sockets."""

import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.loopback import certificate
from tests.policy.servers.staging_hub import StagingHub

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=2) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def test_a_hub_that_refuses_comes_back_on_the_same_port() -> None:
    with StagingHub() as hub:
        assert get(hub.url + "/hub/health")[0] == 200
        hub.mode = "refuse"
        with pytest.raises(urllib.error.URLError, match="refused"):
            get(hub.url + "/hub/health")
        hub.mode = "503"
        assert get(hub.url + "/hub/health")[0] == 503
        hub.mode = "flaky"
        assert [get(hub.url)[0] for _ in range(3)] == [503, 200, 503]
        assert len(hub.asked) == 5


@pytest.mark.parametrize("mode", ["hang", "drip", "drip-body"])
def test_a_hub_that_hangs_or_drips_gives_no_answer(mode: str) -> None:
    with StagingHub(mode) as hub, pytest.raises(OSError), urllib.request.urlopen(hub.url, timeout=0.05) as answer:
        answer.read()


def test_a_hub_with_another_name_in_its_certificate_is_not_believed(tmp_path: Path) -> None:
    good, server = certificate(tmp_path, "127.0.0.1")
    other, wrong = certificate(tmp_path, "other.example.org")
    with StagingHub(tls=server) as hub:
        trust = ssl.create_default_context(cafile=str(good))
        with urllib.request.urlopen(hub.url, timeout=2, context=trust) as answer:
            assert answer.status == 200
    with StagingHub(tls=wrong) as hub, pytest.raises(urllib.error.URLError, match="IP address mismatch"):
        urllib.request.urlopen(hub.url, timeout=2, context=ssl.create_default_context(cafile=str(other)))


def test_the_forge_pages_answers_304_for_nothing_and_runs_out() -> None:
    with ForgeStub() as forge:
        repo = forge.github("Acme/Hub")
        for n in range(5):
            repo.push("prod", at=AT, subject=f"Work {n}")
        url = forge.github_api + "/repos/acme/hub/commits?sha=prod&per_page=2"
        status, _, headers = get(url)
        assert status == 200 and "page=2" in headers["Link"]
        left = forge.remaining
        assert get(url, If_None_Match=headers["ETag"])[0] == 304 and forge.remaining == left
        forge.remaining = 0
        status, body, headers = get(url)
        assert status == 403 and b"rate limit" in body and headers["X-RateLimit-Remaining"] == "0"


def test_what_only_an_admin_may_read_looks_as_if_it_were_not_there() -> None:
    with ForgeStub() as forge:
        repo = forge.github("acme/hub")
        repo.push("prod", at=AT)
        repo.protect("prod", "staging-online")
        forge.admin_token = "trusted"
        url = forge.github_api + "/repos/acme/hub/branches/prod/protection"
        assert get(url)[0] == 404
        assert get(url, Authorization="Bearer trusted")[0] == 200
        assert get(url, Authorization="Bearer wrong")[0] == 401
