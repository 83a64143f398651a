"""Where a git repo lives, spelled one way whatever the way to it is."""

import re
from urllib.parse import urlsplit

SCP_LIKE = re.compile(r"^(?:[^@/]+@)?([A-Za-z0-9._-]+):(?!//)(.+)$")


def normal_remote(url: str) -> str:
    """`https://user:token@GitHub.com/team/docs.git` and `git@github.com:team/docs` are both `github.com/team/docs`."""
    if "://" in url:
        parts = urlsplit(url)
        host, path = (parts.hostname or ""), parts.path
        if parts.scheme == "file" or not host:
            return f"file:{_without_git(path)}"
        if parts.port and parts.port not in (22, 80, 443, 9418):
            host = f"{host}:{parts.port}"
    elif match := SCP_LIKE.match(url):
        host, path = match[1].lower(), match[2]
    else:
        return f"file:{_without_git(url)}"
    return f"{host}/{_without_git(path).lstrip('/')}"


def _without_git(path: str) -> str:
    return path.rstrip("/").removesuffix(".git")
