"""One request: checked where it connects, over at its deadline, no more than it should hand over."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.policy.servers.loopback import certificate
from tests.policy.servers.staging_hub import StagingHub
from tracker.policy.addresses import EVERYWHERE, PUBLIC_ONLY, AddressRefused, Allowed
from tracker.policy.http_client import Client, Unanswered

SERVER = Client(PUBLIC_ONLY)
LOCAL = Client(Allowed.parse("127.0.0.1"))

BOUNDED = 5.0  # seconds: far from for ever, and far from what a busy machine takes


def soon(seconds: float = 2) -> float:
    return time.monotonic() + seconds


@pytest.fixture
def hub() -> Iterator[StagingHub]:
    with StagingHub() as hub:
        yield hub


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "[fd00::1]",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "user:password@127.0.0.1",
    ],
)
def test_a_server_refuses_its_own_network_however_it_is_written(hub: StagingHub, host: str) -> None:
    with pytest.raises(AddressRefused, match=r"may not ask there|is no address"):
        SERVER.ask(f"http://{host}:{hub.port}/hub/health", deadline=soon())
    assert hub.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org", "gopher://127.0.0.1:70/1", "/hub", "", "http://"]
)
def test_only_http_and_https_are_asked(url: str) -> None:
    with pytest.raises(AddressRefused):
        Client(EVERYWHERE).ask(url, deadline=soon())


def test_one_bad_address_among_good_ones_refuses_the_name(hub: StagingHub) -> None:
    client = Client(Allowed.parse("127.0.0.1"), resolver=lambda host, port: ["127.0.0.1", "169.254.169.254"])
    with pytest.raises(AddressRefused, match=r"169\.254"):
        client.ask(f"http://hub.test:{hub.port}/", deadline=soon())
    assert hub.asked == []


def test_a_name_that_points_elsewhere_the_second_time_is_looked_up_once(hub: StagingHub) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    client = Client(Allowed.parse("127.0.0.1"), resolver=rebinding)
    assert client.ask(f"http://hub.test:{hub.port}/", deadline=soon()).status == 200
    assert hub.asked[0][2]["host"] == f"hub.test:{hub.port}"  # the server is still asked by its name
    with pytest.raises(AddressRefused):
        client.ask(f"http://hub.test:{hub.port}/", deadline=soon())
    assert asked == ["hub.test", "hub.test"]


def test_an_answer_has_status_headers_body_and_digest(hub: StagingHub) -> None:
    answer = LOCAL.ask(hub.url + "/hub/health", deadline=soon(), headers={"X-Key": "one"})
    assert (answer.status, answer.headers["content-type"], answer.cut) == (200, "application/json", False)
    assert b'"status": "ok"' in answer.body and len(answer.sha256) == 64
    assert hub.asked[0][2]["x-key"] == "one"


def test_the_environment_is_not_looked_at(hub: StagingHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    assert LOCAL.ask(hub.url, deadline=soon()).status == 200


def test_a_body_is_cut_where_it_has_said_enough(hub: StagingHub) -> None:
    hub.mode = "endless"
    answer = LOCAL.ask(hub.url, deadline=soon())
    assert (len(answer.body), answer.cut) == (64 * 1024, True)


@pytest.mark.parametrize("mode", ["hang", "drip", "drip-body"])
def test_the_deadline_holds_whatever_the_server_does(hub: StagingHub, mode: str) -> None:
    hub.mode = mode
    start = time.monotonic()
    with pytest.raises(Unanswered) as caught:
        LOCAL.ask(hub.url, deadline=soon(0.5))
    assert caught.value.why == "timeout" and 0.4 < time.monotonic() - start < BOUNDED


def test_the_deadline_holds_for_a_slow_look_up() -> None:
    release = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        release.wait(30)
        return ["127.0.0.1"]

    start = time.monotonic()
    with pytest.raises(Unanswered) as caught:
        Client(EVERYWHERE, resolver=slow).ask("http://hub.test/", deadline=soon(0.3))
    release.set()
    assert caught.value.why == "timeout" and time.monotonic() - start < BOUNDED


def test_the_deadline_holds_for_a_connection_that_never_comes_about() -> None:
    """A listener whose queue is full answers no SYN: connecting hangs."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        start = time.monotonic()
        with pytest.raises(Unanswered) as caught:
            LOCAL.ask(f"http://127.0.0.1:{full.getsockname()[1]}/", deadline=soon(0.4))
        for one in waiting:
            one.close()
    assert caught.value.why == "timeout" and time.monotonic() - start < BOUNDED


def test_the_deadline_holds_for_a_handshake_that_never_ends(hub: StagingHub) -> None:
    """A server that speaks plain HTTP waits for a request line while the client waits for a handshake."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        start = time.monotonic()
        with pytest.raises(Unanswered) as caught:
            LOCAL.ask(f"https://127.0.0.1:{mute.getsockname()[1]}/", deadline=soon(0.4))
    assert caught.value.why == "timeout" and time.monotonic() - start < BOUNDED


def test_a_deadline_that_is_past_asks_nobody(hub: StagingHub) -> None:
    with pytest.raises(Unanswered):
        LOCAL.ask(hub.url, deadline=time.monotonic() - 1)
    assert hub.asked == []


@pytest.mark.parametrize(("mode", "why"), [("refuse", "refused"), ("reset", "broken")])
def test_who_does_not_answer_is_told_apart(hub: StagingHub, mode: str, why: str) -> None:
    hub.mode = mode
    with pytest.raises(Unanswered) as caught:
        LOCAL.ask(hub.url, deadline=soon())
    assert caught.value.why == why


def test_a_name_that_nobody_knows_is_told_apart() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unanswered) as caught:
        Client(EVERYWHERE, resolver=nobody).ask("http://nobody.test/", deadline=soon())
    assert caught.value.why == "dns"


def test_a_redirect_is_an_answer_unless_it_is_followed(hub: StagingHub) -> None:
    hub.mode = "redirect"
    assert LOCAL.ask(hub.url + "/hub/home", deadline=soon()).status == 302
    followed = LOCAL.ask(hub.url + "/hub/home", deadline=soon(), follow_redirects=True)
    assert (followed.status, followed.url) == (200, hub.url + "/hub/login")


def test_a_redirect_into_the_private_network_is_refused(hub: StagingHub) -> None:
    with StagingHub("redirect") as public:
        client = Client(
            Allowed.parse("127.0.0.1"), resolver=lambda host, port: ["127.0.0.1" if host == "pub.test" else "10.0.0.1"]
        )
        public.redirect_to = "http://private.test/secret"
        with pytest.raises(AddressRefused, match=r"private\.test"):
            client.ask(f"http://pub.test:{public.port}/", deadline=soon(), follow_redirects=True)


def test_a_redirect_elsewhere_takes_no_secret_along(hub: StagingHub) -> None:
    with StagingHub("redirect") as first:
        first.redirect_to = hub.url + "/elsewhere"
        answer = LOCAL.ask(first.url, deadline=soon(), headers={"X-Token": "geheim"}, follow_redirects=True)
    assert answer.status == 200 and "x-token" not in hub.asked[0][2]
    assert first.asked[0][2]["x-token"] == "geheim"


def test_redirects_without_end_are_given_up(hub: StagingHub) -> None:
    hub.mode, hub.redirect_to = "redirect", "/again"
    with pytest.raises(Unanswered, match="redirects"):
        LOCAL.ask(hub.url, deadline=soon(), follow_redirects=True)
    assert len(hub.asked) == 6


def test_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    file, context = certificate(tmp_path, "hub.example.org")
    client = Client(EVERYWHERE, ssl.create_default_context(cafile=str(file)), lambda host, port: ["127.0.0.1"])
    with StagingHub(tls=context) as hub:
        answer = client.ask(f"https://hub.example.org:{hub.port}/", deadline=soon())
        assert answer.status == 200
        assert answer.certificate_ends is not None
        assert timedelta(days=19) < answer.certificate_ends - datetime.now(UTC) < timedelta(days=21)
        for wrong in ("other.example.org", "127.0.0.1"):
            with pytest.raises(Unanswered) as caught:
                client.ask(f"https://{wrong}:{hub.port}/", deadline=soon())
            assert caught.value.why == "tls" and "mismatch" in str(caught.value)
