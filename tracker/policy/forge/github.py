"""GitHub, read only. What it tells whom: docs.github.com/rest; the fields that are read here are those that are kept.

Anybody may read the rules of a public repo's branch (rulesets that are active), the branch's summary of the classic
protection (its required checks and whether admins are bound), and what ran on a commit. Only admins may read the rest of
the classic protection, and who is let past a ruleset; for everybody else that is *not known*.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tracker.policy.forge.asking import Asking
from tracker.policy.forge.values import Commit, Ended, ForgeSilent, Move, NotThere, OutOfRequests, Ran, Request, Rules

MOST_RUNS = 100  # of one context on one commit
ENDED = {
    "success": Ended.SUCCESS,
    "failure": Ended.FAILURE,
    "skipped": Ended.SKIPPED,
    "neutral": Ended.SKIPPED,
    "pending": Ended.RUNNING,
}


@dataclass(frozen=True)
class GitHub:
    """One repo, as OWNER/NAME."""

    repo: str
    asking: Asking
    name: str = "GitHub"

    def rules(self, branch: str, *, deep: bool = False) -> Rules:
        """What is enforced on a branch; `deep` also asks what only an admin may read. Raises `ForgeSilent`."""
        at = f"/repos/{self.repo}"
        rows = self.asking.all(f"{at}/rules/branches/{quote(branch, safe='')}", _rules, at_most=300)
        try:
            classic = self.asking.one(f"{at}/branches/{quote(branch, safe='')}", _branch)
        except NotThere:
            raise ForgeSilent(f"GitHub knows no branch {branch} of {self.repo}, or may not show it.") from None
        required = {check["context"]: check["app"] for row in rows for check in row["checks"]}
        for check in classic["checks"]:  # both have to be satisfied, so the app that one of them names counts
            required[check["context"]] = required.get(check["context"]) or check["app"]
        deeper = self._protection(branch) if deep and classic["enabled"] is not False else {}
        kinds = {row["type"] for row in rows}
        none = classic["enabled"] is False
        silent = "" if classic["known"] else "GitHub does not say what the classic protection of the branch requires"
        if "workflows" in kinds:  # whole workflows are required, and nobody tells which checks they make
            silent = silent or "GitHub requires workflows on the branch, and does not say which checks they are"
        return Rules(
            required=required,
            all_known=not silent,
            pull_request=True if "pull_request" in kinds else False if none else deeper.get("pull_request"),
            no_force_push=True if "non_fast_forward" in kinds else False if none else deeper.get("no_force_push"),
            bypass=self._bypass(rows, classic) if deep else None,
            url=f"https://github.com/{self.repo}/rules?ref=refs%2Fheads%2F{quote(branch, safe='')}",
            because=silent,
        )

    def _protection(self, branch: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.asking.one(
                f"/repos/{self.repo}/branches/{quote(branch, safe='')}/protection", _protection
            )
        except NotThere:  # not protected, or not an admin: GitHub answers alike
            return {}
        return found

    def _bypass(self, rows: Sequence[dict[str, Any]], classic: dict[str, Any]) -> tuple[str, ...] | None:
        """Who is let past; None where that may not be seen of one of the rulesets."""
        found: set[str] = {"administrators"} if classic["admins_free"] else set()
        for ruleset in sorted({row["ruleset"] for row in rows if row["ruleset"] is not None}):
            actors = self.asking.one(f"/repos/{self.repo}/rulesets/{ruleset}", lambda told: _actors(told))
            if actors is None:
                return None
            found |= set(actors)
        return tuple(sorted(found)) if classic["known"] else None

    def ran(self, commit: str, contexts: Sequence[str]) -> list[Ran]:
        """Every run of these contexts on a commit (or a branch's head), newest first. Check runs and statuses alike."""
        at = f"/repos/{self.repo}/commits/{quote(commit, safe='')}"
        found: list[Ran] = []
        for context in contexts:
            rows = self.asking.all(f"{at}/check-runs", _runs, at_most=MOST_RUNS, check_name=context, filter="all")
            found += [_as_run(row) for row in rows]
        missing = set(contexts) - {run.context for run in found}
        if missing:  # the older kind, which a run of that name makes needless to ask for
            rows = self.asking.all(f"{at}/statuses", _statuses, at_most=300)
            found += [_as_run(row) for row in rows if row["context"] in missing]
        found = [replace(run, commit=run.commit or commit) for run in found]
        return sorted(found, key=lambda run: run.at, reverse=True)

    def head(self, branch: str) -> str:
        """The commit that a branch stands on."""
        commit: str = self.asking.one(f"/repos/{self.repo}/branches/{quote(branch, safe='')}", _branch)["head"]
        return commit

    def line(self, branch: str, *, at_most: int) -> list[Commit]:
        """The commits that the branch stood on, newest first: from its head by first parents, as far as was read."""
        rows = self.asking.all(f"/repos/{self.repo}/commits", _commits, at_most=at_most, sha=branch)
        by_id = {row["sha"]: row for row in rows}
        line, step = [], rows[0]["sha"] if rows else None
        while step in by_id:
            row = by_id[step]
            line.append(_as_commit(row))
            step = row["parent"]
        return line

    def moves(self, branch: str, *, at_most: int) -> list[Move] | None:
        """When the branch was moved, newest first; None where that is not told."""
        path, ref = f"/repos/{self.repo}/activity", f"refs/heads/{branch}"
        try:
            rows = self.asking.all(path, _activity, at_most=at_most, ref=ref)
        except OutOfRequests:
            raise
        except ForgeSilent:
            return None
        return [Move(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows if row["after"]]

    def requests(self, branch: str, *, at_most: int) -> list[Request]:
        """Pull requests into the branch, open and closed, those that something happened to last first."""
        query = {"state": "all", "base": branch, "sort": "updated", "direction": "desc"}
        rows = self.asking.all(f"/repos/{self.repo}/pulls", _pulls, at_most=at_most, **query)
        return [_as_request(row) for row in rows]

    def requests_of(self, commit: str) -> list[Request]:
        """Pull requests that a commit came with."""
        rows = self.asking.all(f"/repos/{self.repo}/commits/{quote(commit, safe='')}/pulls", _pulls, at_most=10)
        return [_as_request(row) for row in rows]

    def second_parent(self, commit: str) -> str | None:
        """What a merge commit merged; None for a commit of one parent."""
        parent: str | None = self.asking.one(
            f"/repos/{self.repo}/commits/{quote(commit, safe='')}",
            lambda told: told["parents"][1]["sha"] if len(told["parents"]) > 1 else None,
        )
        return parent


def _rules(told: Any) -> list[dict[str, Any]]:
    rows = []
    for row in told:
        checks = (row.get("parameters") or {}).get("required_status_checks", [])
        kept = [{"context": one["context"], "app": one.get("integration_id")} for one in checks]
        rows.append({"type": row["type"], "ruleset": row.get("ruleset_id"), "checks": kept})
    return rows


def _branch(told: Any) -> dict[str, Any]:
    """The summary of the classic protection. `enabled` False: there is none; None: it is not told."""
    protection, head = told.get("protection"), told["commit"]["sha"]
    if protection is None:
        free = told.get("protected") is False
        return {"head": head, "known": free, "enabled": False if free else None, "checks": [], "admins_free": False}
    status = protection.get("required_status_checks") or {}
    level = status.get("enforcement_level", "off")
    apps = {one["context"]: one.get("app_id") for one in status.get("checks") or []}
    wanted = status.get("contexts") or list(apps)
    checks = [{"context": one, "app": _app(apps.get(one))} for one in wanted] if level != "off" else []
    found = {"known": True, "enabled": bool(protection.get("enabled")), "checks": checks}
    return {"head": head, **found, "admins_free": level == "non_admins"}


def _app(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None  # -1: any


def _protection(told: Any) -> dict[str, Any]:
    return {
        "pull_request": bool(told.get("required_pull_request_reviews")),
        "no_force_push": not (told.get("allow_force_pushes") or {}).get("enabled", False),
    }


def _actors(told: Any) -> list[str] | None:
    actors = told.get("bypass_actors")
    return None if actors is None else [f"{one['actor_type']} {one.get('actor_id') or ''}".strip() for one in actors]


def _runs(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"run {row['id']}",
            "context": row["name"],
            "commit": row["head_sha"],
            "ended": ENDED.get(row["conclusion"], Ended.STOPPED) if row["status"] == "completed" else Ended.RUNNING,
            "at": row.get("completed_at") or row["started_at"],
            "app": (row.get("app") or {}).get("id"),
            "url": row.get("html_url"),
        }
        for row in told["check_runs"]
        if row.get("completed_at") or row.get("started_at")
    ]


def _statuses(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"status {row['id']}",
            "context": row["context"],
            "commit": "",
            "ended": ENDED.get(row["state"], Ended.STOPPED),
            "at": row["created_at"],
            "app": None,
            "url": row.get("target_url"),
        }
        for row in told
    ]


def _commits(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "sha": row["sha"],
            "parent": row["parents"][0]["sha"] if row["parents"] else None,
            "at": row["commit"]["committer"]["date"],
            "subject": row["commit"]["message"].partition("\n")[0][:200],
            "author": (row.get("author") or {}).get("login") or row["commit"]["author"]["name"],
            "url": row["html_url"],
        }
        for row in told
    ]


def _activity(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "before": row["before"] if row["before"].strip("0") else None,
            "after": row["after"] if row["after"].strip("0") else "",  # the branch was deleted
            "at": row["timestamp"],
            "by": (row.get("actor") or {}).get("login") or "",
        }
        for row in told
    ]


def _pulls(told: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": str(row["number"]),
            "base": row["base"]["ref"],
            "title": row["title"][:200],
            "author": (row.get("user") or {}).get("login") or "",
            "head": row["head"]["sha"],
            "url": row["html_url"],
            "merged_at": row.get("merged_at"),
            "merge_commit": row.get("merge_commit_sha") if row.get("merged_at") else None,
            "updated_at": row["updated_at"],
            "closed": row["state"] == "closed",
        }
        for row in told
    ]


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _as_run(row: dict[str, Any]) -> Ran:
    return Ran(**{**row, "ended": Ended(row["ended"]), "at": datetime.fromisoformat(row["at"])})


def _as_commit(row: dict[str, Any]) -> Commit:
    at = datetime.fromisoformat(row["at"])
    return Commit(id=row["sha"], parent=row["parent"], at=at, subject=row["subject"], author=row["author"], url=row["url"])


def _as_request(row: dict[str, Any]) -> Request:
    moments = {"merged_at": instant(row["merged_at"]), "updated_at": datetime.fromisoformat(row["updated_at"])}
    return Request(**{**row, **moments})
