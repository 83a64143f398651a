"""GitHub's and GitLab's APIs on the loopback, as far as the tracker asks them, in their shapes: paging by `Link`, ETags,
rate limits, refusals (fields after docs.github.com/rest and docs.gitlab.com/api).

    with ForgeStub() as forge:
        repo = forge.github("acme/hub")              # forge.github_api is the base URL to ask
        repo.require("prod", "staging-online")       # by a ruleset; protect(…) is the classic way
        pr = repo.open("prod", at=…)
        repo.check(pr["head"]["sha"], "staging-online", "success", at=…)
        repo.merge(pr, at=…)                         # repo.push("prod", at=…) goes past it

`forge.refuse("/rules/", 403)` makes every path with that piece refuse; `forge.remaining = 0` runs out of requests;
`forge.token` makes it ask for a token; `forge.page_size` caps a page; `forge.asked` has what was asked.
"""

import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.policy.servers.github_repo import GitHubRepo
from tests.policy.servers.gitlab_project import GitLabProject
from tests.policy.servers.loopback import Loopback

Headers = dict[str, str]


class ForgeStub(Loopback):
    def __init__(self) -> None:
        self.repos: dict[str, GitHubRepo] = {}
        self.projects: dict[str, GitLabProject] = {}
        self.asked: list[str] = []  # paths with their queries
        self.seen_tokens: list[str | None] = []
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.token: str | None = None  # None: everything is public
        self.admin_token: str | None = None  # sees classic protection too; None: nobody does
        self.limit = 60
        self.remaining = 60
        self.page_size = 100
        self.delay_seconds = 0.0
        self.renamed: dict[str, str] = {}  # a GitHub repo's old name: its new one
        self.refusals: list[tuple[str, int, str, Headers]] = []
        super().__init__(type("Handler", (_Handler,), {"forge": self}))

    @property
    def github_api(self) -> str:
        return f"{self.url}/github"

    @property
    def gitlab_api(self) -> str:
        return f"{self.url}/gitlab/api/v4"

    def github(self, name: str) -> GitHubRepo:
        return self.repos.setdefault(name.lower(), GitHubRepo(name))

    def gitlab(self, name: str) -> GitLabProject:
        return self.projects.setdefault(name, GitLabProject(name))

    def refuse(self, piece: str, status: int, message: str = "", **headers: str) -> None:
        """Answer `status` wherever the path has `piece`; headers as retry_after="60"."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.refusals.append((piece, status, message, named))

    def relent(self) -> None:
        self.refusals.clear()

    def asked_for(self, piece: str) -> list[str]:
        return [path for path in self.asked if piece in path]


class _Handler(BaseHTTPRequestHandler):
    forge: ForgeStub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        forge = self.forge
        forge.asked.append(self.path)
        time.sleep(forge.delay_seconds)
        path = urlsplit(self.path).path
        token = self.token_shown()
        forge.seen_tokens.append(token)
        for piece, status, message, headers in forge.refusals:
            if piece in path:
                return self.say(status, {"message": message or f"{status} refused"}, headers)
        for old, new in forge.renamed.items():
            if f"/repos/{old}/" in path:
                onward = f"{forge.url}{self.path.replace(old, new, 1)}"
                return self.say(301, {"message": "Moved Permanently", "url": onward}, {"Location": onward})
        if forge.remaining <= 0:
            return self.say(403, {"message": "API rate limit exceeded for 192.0.2.7."}, self.budget())
        status, found = self.answer(path, token)
        if status != 200:
            forge.remaining -= 1
            return self.say(status, found, self.budget())
        return self.say_page(found)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        self.forge.posted.append((self.path, body))
        self.say(201, body, {})

    def token_shown(self) -> str | None:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return self.headers.get("PRIVATE-TOKEN") or bearer or None

    def answer(self, path: str, token: str | None) -> tuple[int, Any]:
        forge = self.forge
        query = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        known = {forge.token, forge.admin_token} - {None}
        if token is not None and token not in known:
            return 401, {"message": "Bad credentials"}
        trusted = forge.token is None or token in known
        if path.startswith("/github/repos/"):
            owner, name, *rest = path.removeprefix("/github/repos/").split("/", 2)
            repo = forge.repos.get(f"{owner}/{name}".lower())
            if repo is None or not trusted:
                return 404, {"message": "Not Found", "status": "404"}
            admin = forge.admin_token is not None and token == forge.admin_token
            return repo.answer(unquote(rest[0]) if rest else "", query, admin=admin)
        if path.startswith("/gitlab/api/v4/projects/"):
            ident, _, rest = path.removeprefix("/gitlab/api/v4/projects/").partition("/")
            project = forge.projects.get(unquote(ident))
            if project is None or not trusted:
                return 404, {"message": "404 Project Not Found"}
            return project.answer(unquote(rest), query, signed_in=token is not None)
        return 404, {"message": "Not Found"}

    def say_page(self, found: Any) -> None:
        """One page of a list (or of GitHub's {"total_count", "check_runs"}), with Link and ETag; a 304 costs nothing."""
        split = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        headers: Headers = {}
        name = "check_runs" if isinstance(found, dict) and "check_runs" in found else None
        rows = found[name] if name else found
        if isinstance(rows, list):
            size = min(int(query.get("per_page", 30)), self.forge.page_size)
            page = int(query.get("page", 1))
            if page * size < len(rows):
                onward = urlencode({**query, "page": page + 1})
                headers["Link"] = f'<{self.forge.url}{split.path}?{onward}>; rel="next"'
            rows = rows[(page - 1) * size : page * size]
            found = {**found, name: rows} if name else rows
        tag = f'W/"{hashlib.sha256(json.dumps(found).encode()).hexdigest()}"'
        if self.headers.get("If-None-Match") == tag:
            return self.say(304, None, {"ETag": tag, **headers, **self.budget()})
        self.forge.remaining -= 1
        return self.say(200, found, {"ETag": tag, **headers, **self.budget()})

    def budget(self) -> Headers:
        left, reset = str(max(self.forge.remaining, 0)), str(int(time.time()) + 1800)
        if self.path.startswith("/gitlab"):
            return {"RateLimit-Limit": str(self.forge.limit), "RateLimit-Remaining": left, "RateLimit-Reset": reset}
        return {
            "X-RateLimit-Limit": str(self.forge.limit),
            "X-RateLimit-Remaining": left,
            "X-RateLimit-Reset": reset,
            "X-RateLimit-Resource": "core",
        }

    def say(self, status: int, found: Any, headers: Headers) -> None:
        body = b"" if status == 304 else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        self.wfile.write(body)
