"""Where this server may ask: by the address that a name leads to, never by how the URL is written."""

import pytest

from tracker.domain.errors import Invalid
from tracker.policy.addresses import EVERYWHERE, PUBLIC_ONLY, Allowed, refusal

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",  # carrier-grade NAT
    "169.254.169.254",  # metadata
    "168.63.129.16",  # Azure's, in a public range
    "100.100.100.200",  # Alibaba's
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a00:1::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",  # Teredo
    "fd00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["8.8.8.8", "140.82.121.6", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert refusal("hub.example.org", address, PUBLIC_ONLY)
    assert refusal("hub.example.org", address, EVERYWHERE) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_asked(address: str) -> None:
    assert refusal("hub.example.org", address, PUBLIC_ONLY) is None


@pytest.mark.parametrize(
    ("allowed", "host", "address", "may"),
    [
        ("hub.internal", "hub.internal", "10.0.0.7", True),
        ("hub.internal", "HUB.internal.", "127.0.0.1", True),
        ("hub.internal", "evil.hub.internal", "10.0.0.7", False),
        ("*.hub.internal", "a.b.hub.internal", "10.0.0.7", True),
        ("*.hub.internal", "hub.internal", "10.0.0.7", False),
        ("*.hub.internal", "evilhub.internal", "10.0.0.7", False),
        ("hub.internal", "hub.internal", "169.254.169.254", False),  # a name never opens the metadata
        ("hub.internal", "hub.internal", "::ffff:169.254.169.254", False),
        ("hub.internal", "hub.internal", "fd00:ec2::254", False),
        ("169.254.169.254", "anything", "169.254.169.254", True),
        ("10.1.0.0/16", "anything", "10.1.2.3", True),
        ("10.1.0.0/16", "anything", "10.2.2.3", False),
        ("10.1.0.0/16", "anything", "::ffff:10.1.2.3", True),
        ("127.0.0.1", "127.1", "127.0.0.1", True),
        ("[::1], fd00::/8", "anything", "fd12::1", True),
    ],
)
def test_a_list_of_hosts_and_nets_opens_what_it_names(allowed: str, host: str, address: str, may: bool) -> None:
    assert (refusal(host, address, Allowed.parse(allowed)) is None) is may


def test_only_means_that_nothing_else_is_asked() -> None:
    strict = Allowed.parse("hub.example.org 10.0.0.0/8", only=True)
    assert refusal("hub.example.org", "8.8.8.8", strict) is None
    assert refusal("other.example.org", "8.8.8.8", strict) is not None
    assert refusal("other.example.org", "10.1.1.1", strict) is None
    assert refusal("hub.example.org", "169.254.169.254", strict) is not None


@pytest.mark.parametrize("text", ["https://hub.example.org", "10.0.0.1/8", "hub.example.org:8000", "hub/health"])
def test_what_is_neither_host_nor_net_is_named(text: str) -> None:
    with pytest.raises(Invalid, match=text.replace(".", r"\.")):
        Allowed.parse(text)
