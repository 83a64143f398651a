"""How this server reaches the forges: from the settings, once."""

import ipaddress
from urllib.parse import urlsplit

from tracker.config import Settings
from tracker.policy.addresses import Allowed, Network
from tracker.policy.forge import Forges
from tracker.policy.http_client import Client


def forges_of(settings: Settings) -> Forges:
    """The admin has named the forges' addresses, so those may be asked wherever they are."""
    allowed = Allowed.parse(settings.allowed_hosts)
    hosts = [urlsplit(address).hostname or "" for address in (settings.github_api, settings.gitlab_api)]
    nets = [net for host in hosts if (net := _as_net(host)) is not None]
    names = {host.lower() for host in hosts if _as_net(host) is None}
    client = Client(Allowed(allowed.hosts | names, (*allowed.nets, *nets), settings.allowed_hosts_only))
    return Forges(
        http=client,
        github_api=settings.github_api,
        github_token=settings.github_token,
        gitlab_api=settings.gitlab_api,
        gitlab_token=settings.gitlab_token,
    )


def _as_net(host: str) -> Network | None:
    try:
        return ipaddress.ip_network(host)
    except ValueError:
        return None
