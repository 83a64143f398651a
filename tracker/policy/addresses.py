"""Which addresses may be asked. A policy names URLs, and whoever may push one must not read this server's own network.

Checked at the moment of connecting, on what the name resolves to (tracker.policy.http_client): the text of a URL proves
nothing, since `127.1`, `2130706433` and a name that points elsewhere a second later all lead to the same place.
"""

import ipaddress
from dataclasses import dataclass

from tracker.domain.errors import Invalid, TrackerError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 ranges that carry an IPv4 address, and how many bits stand behind it.
MAPPED = [
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::/96"), 0),  # "compatible", long withdrawn
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
]
# Where clouds answer with credentials. Link-local as a whole is refused too; these lie outside of it.
METADATA = [ipaddress.ip_address(one) for one in ("168.63.129.16", "100.100.100.200", "fd00:ec2::254")]
NEVER_PUBLIC = [ipaddress.ip_network(one) for one in ("2001::/32", "64:ff9b:1::/48", "fec0::/10")]  # Teredo, local NAT64


class AddressRefused(TrackerError):
    """This server may not ask there. It says nothing of whether the place is up, so it is an error and no failure."""

    status = 422
    exit_code = 3


@dataclass(frozen=True)
class Allowed:
    """Places that are allowed although they are not public; `only`: nothing else is, not even what is public.

    A name allows what it resolves to, except link-local, multicast and metadata addresses: those only by address or net.
    """

    hosts: frozenset[str] = frozenset()  # in small letters; "*.example.org" is every host below it
    nets: tuple[Network, ...] = ()
    only: bool = False
    everything: bool = False  # the command line's: the network is the user's own

    @classmethod
    def parse(cls, text: str, *, only: bool = False) -> "Allowed":
        """Read `hub.internal, *.example.org, 10.1.0.0/16, 127.0.0.1`. Raises `Invalid` naming what it cannot read."""
        hosts, nets = set(), []
        for word in text.replace(",", " ").split():
            try:
                nets.append(ipaddress.ip_network(word.strip("[]")))
                continue
            except ValueError as error:
                if "host bits" in str(error):
                    raise Invalid(f"{word} is not a net: its address has bits that the net leaves out.") from None
            if "/" in word or ":" in word:
                raise Invalid(f"{word} is neither a host name nor an address nor a net: leave out https:// and the port.")
            hosts.add(word.lower().rstrip("."))
        return cls(frozenset(hosts), tuple(nets), only)

    def names(self, host: str) -> bool:
        host = host.lower().rstrip(".")
        above = (host[at + 1 :] for at, sign in enumerate(host) if sign == ".")
        return host in self.hosts or any(f"*.{parent}" in self.hosts for parent in above)

    def holds(self, address: Address) -> bool:
        return any(address.version == net.version and address in net for net in self.nets)


EVERYWHERE = Allowed(everything=True)
PUBLIC_ONLY = Allowed()


def refusal(host: str, address: str, allowed: Allowed) -> str | None:
    """Why `host`, which resolves to `address`, may not be asked; None where it may be."""
    if allowed.everything:
        return None
    faces = _faces(ipaddress.ip_address(address.partition("%")[0]))
    if any(allowed.holds(face) for face in faces):
        return None
    named = allowed.names(host)
    for face in faces:
        what, by_name = _not_public(face)
        if what and not (named and by_name):
            return f"{host} is at {face}, which is {what}"
    if allowed.only and not named:
        return f"{host} is not among the hosts that this server may ask"
    return None


def _faces(address: Address) -> list[Address]:
    """The address, and the IPv4 address that it carries inside, innermost last."""
    faces = [address]
    if isinstance(address, ipaddress.IPv6Address):
        for net, shift in MAPPED:
            if address in net and int(address) > 1:  # :: and ::1 are themselves
                faces.append(ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF))
    if len(faces) > 1 and (faces[0] in MAPPED[0][0] or faces[0] in MAPPED[2][0]):
        return faces[1:]  # only another way to write it
    return faces


def _not_public(address: Address) -> tuple[str, bool]:
    """What kind of address that is not public, and whether a host name on the list is enough to allow it."""
    if address in METADATA:
        return "where a cloud keeps its credentials", False
    if address.is_link_local:
        return "link-local", False
    if address.is_multicast:
        return "multicast", False
    if address.is_unspecified:
        return "no address of a host", False
    if address.is_loopback:
        return "this machine itself", True
    if (
        not address.is_global
        or address.is_reserved
        or any(address in net for net in NEVER_PUBLIC if net.version == address.version)
    ):
        return "not on the public internet", True
    return "", True
