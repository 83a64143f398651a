"""GitLab, read only (docs.gitlab.com/api). It tells little without a token: a hidden setting is null, a list is 401.

GitLab requires no context by its name: it asks that the pipeline succeeds, with every job in it that may not fail, and it
asks that of merge requests only. So a job is required where merge requests need a pipeline and nobody may push past them.
External status checks (the paid editions) have names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from tracker.policy.forge.asking import Asking
from tracker.policy.forge.values import Commit, Ended, ForgeSilent, Move, NotThere, OutOfRequests, Ran, Request, Rules

ENDED = {
    "success": Ended.SUCCESS,
    "failed": Ended.FAILURE,
    "skipped": Ended.SKIPPED,
    "canceled": Ended.STOPPED,
    "canceling": Ended.STOPPED,
}


@dataclass(frozen=True)
class GitLab:
    """One project, by its whole path."""

    repo: str
    asking: Asking
    name: str = "GitLab"

    def rules(self, branch: str, *, deep: bool = False) -> Rules:
        """What is enforced on a branch. Raises `ForgeSilent`."""
        project = self.asking.one(self._at(), _project)
        closed, no_force, pushers, because = self._protected(branch)
        pipeline = project["pipeline"]
        if pipeline is None:
            because = because or "GitLab hides the project's settings from who is not a member: a token shows them"
        any_pipeline: bool | None = None
        if pipeline is False or project["skipped_is_fine"] or closed is False:
            any_pipeline = False
        elif pipeline and closed:
            any_pipeline = True
        return Rules(
            required=self._external(branch) if project["external"] and closed else {},
            all_known=pipeline is not None and closed is not None,
            any_pipeline=any_pipeline,
            pull_request=closed,
            no_force_push=no_force,
            bypass=pushers,
            url=f"{project['url']}/-/settings/repository",
            because=because,
        )

    def _protected(self, branch: str) -> tuple[bool | None, bool | None, tuple[str, ...] | None, str]:
        """Nobody pushes; nobody force-pushes; who may push; why that is not known."""
        try:
            rows = self.asking.all(f"{self._at()}/protected_branches", _protections, at_most=200)
        except OutOfRequests:
            raise
        except ForgeSilent:
            return None, None, None, "GitLab shows protected branches to members only: a token shows them"
        mine = [row for row in rows if fnmatchcase(branch, row["name"])]
        if not mine:
            return False, False, ("everybody who may push",), ""
        pushers = sorted({one for row in mine for one in row["pushers"]})
        return not pushers, not any(row["force"] for row in mine), tuple(pushers), ""

    def _external(self, branch: str) -> dict[str, int | None]:
        try:
            rows = self.asking.all(f"{self._at()}/external_status_checks", _externals, at_most=200)
        except NotThere:
            return {}
        return {row["name"]: None for row in rows if not row["branches"] or branch in row["branches"]}

    def ran(self, commit: str, contexts: Sequence[str]) -> list[Ran]:
        """Every run of these jobs and statuses on a commit, newest first."""
        at = f"{self._at()}/repository/commits/{quote(commit, safe='')}/statuses"
        found: list[Ran] = []
        for context in contexts:
            rows = self.asking.all(at, _statuses, at_most=100, name=context, all="true")
            found += [_as_run(row, commit) for row in rows if row["context"] == context]
        return sorted(found, key=lambda run: run.at, reverse=True)

    def head(self, branch: str) -> str:
        """The commit that a branch stands on."""
        path = f"{self._at()}/repository/branches/{quote(branch, safe='')}"
        commit: str = self.asking.one(path, lambda told: told["commit"]["id"])
        return commit

    def line(self, branch: str, *, at_most: int) -> list[Commit]:
        """The commits that the branch stood on, newest first, by first parents."""
        path = f"{self._at()}/repository/commits"
        rows = self.asking.all(path, _commits, at_most=at_most, ref_name=branch, first_parent="true")
        return [_as_commit(row) for row in rows]

    def moves(self, branch: str, *, at_most: int) -> list[Move] | None:
        """When the branch was moved, newest first; None where that is not told."""
        try:
            rows = self.asking.all(f"{self._at()}/events", _pushes, at_most=at_most, action="pushed")
        except OutOfRequests:
            raise
        except ForgeSilent:
            return None
        return [
            Move(before=row["before"], after=row["after"], at=datetime.fromisoformat(row["at"]), by=row["by"])
            for row in rows
            if row["branch"] == branch and row["after"]
        ]

    def requests(self, branch: str, *, at_most: int) -> list[Request]:
        """Merge requests into the branch, those that something happened to last first."""
        query = {"state": "all", "target_branch": branch, "order_by": "updated_at", "sort": "desc"}
        rows = self.asking.all(f"{self._at()}/merge_requests", _requests, at_most=at_most, **query)
        return [_as_request(row) for row in rows]

    def requests_of(self, commit: str) -> list[Request]:
        """Merge requests that a commit came with."""
        path = f"{self._at()}/repository/commits/{quote(commit, safe='')}/merge_requests"
        return [_as_request(row) for row in self.asking.all(path, _requests, at_most=10)]

    def second_parent(self, commit: str) -> str | None:
        """What a merge commit merged; None for a commit of one parent."""
        path = f"{self._at()}/repository/commits/{quote(commit, safe='')}"
        parent: str | None = self.asking.one(
            path, lambda told: told["parent_ids"][1] if len(told["parent_ids"]) > 1 else None
        )
        return parent

    def _at(self) -> str:
        return f"/projects/{quote(self.repo, safe='')}"


def _project(told: Any) -> dict[str, Any]:
    return {
        "pipeline": told.get("only_allow_merge_if_pipeline_succeeds"),
        "skipped_is_fine": bool(told.get("allow_merge_on_skipped_pipeline")),
        "external": bool(told.get("only_allow_merge_if_all_status_checks_passed")),
        "url": told["web_url"],
    }


def _protections(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": row["name"],
            "pushers": [
                one.get("access_level_description") or "somebody"
                for one in row["push_access_levels"]
                if one["access_level"] != 0 or one.get("user_id") or one.get("group_id") or one.get("deploy_key_id")
            ],
            "force": bool(row.get("allow_force_push")),
        }
        for row in told
    ]


def _externals(told: Any) -> list[dict[str, Any]]:
    return [{"name": row["name"], "branches": [one["name"] for one in row.get("protected_branches") or []]} for row in told]


def _statuses(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"job {row['id']}",
            "context": row["name"],
            "ended": ENDED.get(row["status"], Ended.RUNNING),
            "at": row.get("finished_at") or row["created_at"],
            "url": row.get("target_url"),
            "may_fail": bool(row.get("allow_failure")),
        }
        for row in told
    ]


def _commits(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "parent": row["parent_ids"][0] if row.get("parent_ids") else None,
            "at": row["committed_date"],
            "subject": row["title"][:200],
            "author": row["author_name"],
            "url": row["web_url"],
        }
        for row in told
    ]


def _pushes(told: Any) -> list[dict[str, Any]]:
    pushes = [(row, row["push_data"]) for row in told if row.get("push_data")]
    return [
        {
            "branch": data["ref"] if data.get("ref_type") == "branch" else None,
            "before": data.get("commit_from"),
            "after": data.get("commit_to") or "",
            "at": row["created_at"],
            "by": (row.get("author") or {}).get("username") or "",
        }
        for row, data in pushes
    ]


def _requests(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": str(row["iid"]),
            "base": row["target_branch"],
            "title": row["title"][:200],
            "author": (row.get("author") or {}).get("username") or "",
            "head": row["sha"],
            "url": row["web_url"],
            "merged_at": row.get("merged_at"),
            "merge_commit": (row.get("merge_commit_sha") or row.get("squash_commit_sha") or row["sha"])
            if row["state"] == "merged"
            else None,
            "updated_at": row["updated_at"],
            "closed": row["state"] in ("closed", "merged", "locked"),
        }
        for row in told
    ]


def _as_run(row: dict[str, Any], commit: str) -> Ran:
    return Ran(**{**row, "commit": commit, "ended": Ended(row["ended"]), "at": datetime.fromisoformat(row["at"])})


def _as_commit(row: dict[str, Any]) -> Commit:
    return Commit(**{**row, "at": datetime.fromisoformat(row["at"])})


def _as_request(row: dict[str, Any]) -> Request:
    merged = datetime.fromisoformat(row["merged_at"]) if row["merged_at"] else None
    return Request(**{**row, "merged_at": merged, "updated_at": datetime.fromisoformat(row["updated_at"])})
