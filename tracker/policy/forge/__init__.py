"""Forges, asked from here outward and only read: what they require of a branch, what reached it, what ran on a commit."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import Invalid

if TYPE_CHECKING:
    from tracker.policy.forge.github import GitHub
    from tracker.policy.forge.gitlab import GitLab
    from tracker.policy.http_client import Client

NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]+")
GITHUB, GITLAB = "github", "gitlab"
GITHUB_API, GITLAB_API = "https://api.github.com", "https://gitlab.com/api/v4"


@dataclass(frozen=True, kw_only=True)
class Forges:
    """How this server reaches the forges. Their addresses are settings, so `http` is one that may ask there."""

    http: "Client"
    github_api: str = GITHUB_API
    github_token: str = ""
    gitlab_api: str = GITLAB_API
    gitlab_token: str = ""

    def knows_me(self, forge: str) -> bool:
        """Whether there is a token: then more requests are allowed, and more is told."""
        return bool(self.github_token if forge == GITHUB else self.gitlab_token)

    def repo(
        self, forge: str, repo: str, *, budget: int, deadline: float, tags: dict[str, Any] | None = None
    ) -> "GitHub | GitLab":
        """A repo to ask `budget` times at most, until `time.monotonic()` is `deadline`; `tags` are those kept last time.

        Raises `Invalid` for what is no repo's name.
        """
        from tracker.policy.forge.asking import Asking
        from tracker.policy.forge.github import GitHub
        from tracker.policy.forge.gitlab import GitLab

        parts = repo.split("/")
        if len(parts) < 2 or (forge == GITHUB and len(parts) > 2) or not all(map(NAME.fullmatch, parts)):
            raise Invalid(f"{repo} is no repo on {forge}: write OWNER/NAME.", "repo")
        kept = dict(tags or {})
        if forge == GITHUB:
            headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
            if self.github_token:
                headers["Authorization"] = f"Bearer {self.github_token}"
            return GitHub(repo, Asking("GitHub", self.github_api.rstrip("/"), headers, self.http, budget, deadline, kept))
        headers = {"PRIVATE-TOKEN": self.gitlab_token} if self.gitlab_token else {}
        return GitLab(repo, Asking("GitLab", self.gitlab_api.rstrip("/"), headers, self.http, budget, deadline, kept))
