"""One repo as api.github.com tells it: rules, branches, commits, pull requests, check runs, statuses."""

import hashlib
import re
from datetime import datetime
from itertools import count
from typing import Any

Json = dict[str, Any]
ACTIONS = 15368  # the app id of GitHub Actions


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class GitHubRepo:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rules: dict[str, list[Json]] = {}
        self.classic: dict[str, Json] = {}
        self.says_protection = True  # False: the branch does not carry its summary of the classic protection
        self.bypass: dict[int, list[Json]] = {}  # of a ruleset; only an admin reads it
        self.branches: dict[str, list[Json]] = {}  # newest first, as the commits' list has them
        self.pulls: list[Json] = []
        self.runs: list[Json] = []
        self.statuses: list[Json] = []
        self.activity: list[Json] = []
        self.parts: dict[str, Json] = {}  # commits of a rebased pull request
        self.tells_activity = True
        self._ids = count(1)

    # what a test does to it

    def require(self, branch: str, *contexts: str, app: int | None = None, ruleset: int = 42) -> None:
        checks = [{"context": one} | ({"integration_id": app} if app else {}) for one in contexts]
        parameters = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
        self.rule(branch, "required_status_checks", ruleset=ruleset, parameters=parameters)

    def rule(self, branch: str, kind: str, *, ruleset: int = 42, **more: Any) -> None:
        source = {"ruleset_source_type": "Repository", "ruleset_source": self.name, "ruleset_id": ruleset}
        self.rules.setdefault(branch, []).append({"type": kind, **source, **more})

    def drop_rules(self, branch: str) -> None:
        self.rules[branch] = []

    def protect(self, branch: str, *contexts: str, level: str = "non_admins", app: int | None = ACTIONS) -> None:
        """The classic protection; `level`: off, non_admins, everyone."""
        checks = [{"context": one, "app_id": app} for one in contexts]
        self.classic[branch] = {"enforcement_level": level, "contexts": list(contexts), "checks": checks}

    def push(self, branch: str, *, at: datetime, subject: str = "Work", login: str = "octocat") -> str:
        """A commit straight on the branch."""
        line = self.branches.setdefault(branch, [])
        before = line[0]["sha"] if line else None
        sha = self._commit(line, at, subject, login, [before] if before else [])
        self._moved(branch, before, at, "push", login)
        return sha

    def forward(self, branch: str, other: str, *, at: datetime, login: str = "octocat") -> str:
        """`git push origin OTHER:BRANCH`: the branch gets the other one's commits, with what ran on them."""
        line = self.branches.setdefault(branch, [])
        before = line[0]["sha"] if line else None
        line[:] = self.branches[other]
        self._moved(branch, before, at, "push", login)
        return str(line[0]["sha"])

    def open(self, base: str, *, at: datetime, title: str = "Change", login: str = "octocat") -> Json:
        number = next(self._ids)
        pull = {
            "number": number,
            "state": "open",
            "title": title,
            "html_url": f"https://github.com/{self.name}/pull/{number}",
            "user": {"login": login},
            "created_at": stamp(at),
            "updated_at": stamp(at),
            "closed_at": None,
            "merged_at": None,
            "merge_commit_sha": None,
            "draft": False,
            "head": {
                "ref": f"change-{number}",
                "sha": self._sha("head", number),
                "repo": {"full_name": self.name, "fork": False},
            },
            "base": {"ref": base, "sha": self.branches[base][0]["sha"] if self.branches.get(base) else None},
        }
        self.pulls.append(pull)
        return pull

    def merge(self, pull: Json, *, at: datetime, squash: bool = False) -> str:
        line = self.branches.setdefault(pull["base"]["ref"], [])
        parents = ([line[0]["sha"]] if line else []) + ([] if squash else [pull["head"]["sha"]])
        number, title = pull["number"], pull["title"]
        subject = f"{title} (#{number})" if squash else f"Merge pull request #{number} from {pull['head']['ref']}\n\n{title}"
        if not squash:
            line.insert(0, self._as_commit(pull["head"]["sha"], at, title, pull["user"]["login"], parents[:1]))
        sha = self._commit(line, at, subject, "web-flow", parents)
        pull |= {"state": "closed", "merged_at": stamp(at), "closed_at": stamp(at), "updated_at": stamp(at)}
        pull["merge_commit_sha"] = sha
        self._moved(pull["base"]["ref"], parents[0] if len(line) > 1 else None, at, "pr_merge", "octocat")
        return sha

    def rebase(self, pull: Json, *, at: datetime, commits: int = 2) -> str:
        """Rebase and merge: its commits come one after the other onto the branch, the last one is its merge commit."""
        branch, before = pull["base"]["ref"], self.branches[pull["base"]["ref"]][0]["sha"]
        for number in range(commits):
            line = self.branches[branch]
            sha = self._commit(line, at, f"{pull['title']}, part {number}", pull["user"]["login"], [line[0]["sha"]])
            self.parts[sha] = pull
        pull |= {"state": "closed", "merged_at": stamp(at), "closed_at": stamp(at), "updated_at": stamp(at)}
        pull["merge_commit_sha"] = sha
        self._moved(branch, before, at, "pr_merge", "octocat")
        return sha

    def close_unmerged(self, pull: Json, *, at: datetime) -> None:
        pull |= {"state": "closed", "closed_at": stamp(at), "updated_at": stamp(at)}

    def check(self, sha: str, name: str, conclusion: str | None, *, at: datetime, app: int = ACTIONS) -> Json:
        """A check run; `conclusion` None: still in progress."""
        number = next(self._ids)
        run = {
            "id": number,
            "name": name,
            "head_sha": sha,
            "status": "completed" if conclusion else "in_progress",
            "conclusion": conclusion,
            "started_at": stamp(at),
            "completed_at": stamp(at) if conclusion else None,
            "html_url": f"https://github.com/{self.name}/runs/{number}",
            "app": {"id": app, "slug": "github-actions" if app == ACTIONS else "another-app"},
            "output": {"title": None, "summary": None},
        }
        self.runs.insert(0, run)
        return run

    def status(self, sha: str, context: str, state: str, *, at: datetime, login: str = "ci-bot") -> Json:
        """A commit status; `state`: success, failure, error, pending."""
        row = {"id": next(self._ids), "context": context, "state": state, "description": "", "sha": sha}
        row |= {"target_url": f"https://ci.example.org/{row['id']}", "created_at": stamp(at), "updated_at": stamp(at)}
        self.statuses.insert(0, row | {"creator": {"login": login}})
        return row

    # what it answers

    def answer(self, path: str, query: Json, *, admin: bool) -> tuple[int, Any]:
        """The status and the whole body (a list is paged by the server)."""
        if path == "":
            return 200, {
                "full_name": self.name,
                "private": False,
                "default_branch": "main",
                "html_url": f"https://github.com/{self.name}",
            }
        if found := re.fullmatch(r"rules/branches/(.+)", path):
            return 200, self.rules.get(found[1], [])
        if found := re.fullmatch(r"rulesets/(\d+)", path):
            ruleset = {"id": int(found[1]), "enforcement": "active"}
            return 200, ruleset | ({"bypass_actors": self.bypass.get(int(found[1]), [])} if admin else {})
        if found := re.fullmatch(r"branches/(.+?)(/protection)?", path):
            return self._protection(found[1], admin) if found[2] else self._branch(found[1])
        if path == "commits":
            line = self.branches.get(query.get("sha", "main"))
            return (200, line) if line is not None else (404, {"message": "Not Found"})
        if found := re.fullmatch(r"commits/([^/]+)", path):
            known = [row for line in self.branches.values() for row in line if row["sha"] == found[1]]
            return (200, known[0]) if known else (422, {"message": "No commit found for SHA"})
        if path == "activity":
            mine = [row for row in self.activity if query.get("ref") in (None, row["ref"])]
            return (200, mine) if self.tells_activity else (404, {"message": "Not Found"})
        if path == "pulls":
            return 200, self._pulls(query)
        if found := re.fullmatch(r"commits/(.+)/(pulls|check-runs|statuses)", path):
            return 200, self._of_commit(found[1], found[2], query)
        return 404, {"message": "Not Found", "status": "404"}

    def _branch(self, branch: str) -> tuple[int, Any]:
        line = self.branches.get(branch)
        if not line:
            return 404, {"message": "Branch not found"}
        off = {"enforcement_level": "off", "contexts": [], "checks": []}
        classic = self.classic.get(branch)
        answer: Json = {"name": branch, "commit": line[0], "protected": bool(classic or self.rules.get(branch))}
        if self.says_protection:
            answer["protection"] = {"enabled": classic is not None, "required_status_checks": classic or off}
        return 200, answer

    def _protection(self, branch: str, admin: bool) -> tuple[int, Any]:
        """Only an admin reads it; everybody else is told that there is nothing, which is not true."""
        if not admin:
            return 404, {"message": "Not Found", "status": "404"}
        if branch not in self.classic:
            return 404, {"message": "Branch not protected", "status": "404"}
        level = self.classic[branch]["enforcement_level"]
        checks = {key: value for key, value in self.classic[branch].items() if key != "enforcement_level"}
        return 200, {
            "required_status_checks": {**checks, "strict": False},
            "enforce_admins": {"enabled": level == "everyone"},
            "allow_force_pushes": {"enabled": False},
        }

    def _pulls(self, query: Json) -> list[Json]:
        state = query.get("state", "open")
        rows = [p for p in self.pulls if state in ("all", p["state"]) and query.get("base") in (None, p["base"]["ref"])]
        key = "updated_at" if query.get("sort") == "updated" else "created_at"
        return sorted(rows, key=lambda p: (p[key], p["number"]), reverse=query.get("direction", "desc") == "desc")

    def _of_commit(self, sha: str, what: str, query: Json) -> Any:
        if what == "pulls":
            return [p for p in self.pulls if sha in (p["merge_commit_sha"], p["head"]["sha"]) or self.parts.get(sha) is p]
        sha = self.branches[sha][0]["sha"] if sha in self.branches else sha
        if what == "statuses":
            return [row for row in self.statuses if row["sha"] == sha]
        rows = [run for run in self.runs if run["head_sha"] == sha and query.get("check_name") in (None, run["name"])]
        if query.get("filter", "latest") == "latest":
            newest: dict[tuple[str, int], Json] = {}
            for run in rows:
                newest.setdefault((run["name"], run["app"]["id"]), run)
            rows = list(newest.values())
        return {"total_count": len(rows), "check_runs": rows}

    def _moved(self, branch: str, before: str | None, at: datetime, kind: str, login: str) -> None:
        after = self.branches[branch][0]["sha"]
        row = {"id": next(self._ids), "node_id": "", "before": before or "0" * 40, "after": after}
        row |= {"ref": f"refs/heads/{branch}", "timestamp": stamp(at), "activity_type": kind, "actor": {"login": login}}
        self.activity.insert(0, row)

    def _commit(self, line: list[Json], at: datetime, message: str, login: str, parents: list[str]) -> str:
        sha = self._sha(message, next(self._ids))
        line.insert(0, self._as_commit(sha, at, message, login, parents))
        return sha

    def _as_commit(self, sha: str, at: datetime, message: str, login: str, parents: list[str]) -> Json:
        who = {"name": login.title(), "email": f"{login}@example.org", "date": stamp(at)}
        return {
            "sha": sha,
            "html_url": f"https://github.com/{self.name}/commit/{sha}",
            "commit": {"author": who, "committer": who, "message": message},
            "author": {"login": login},
            "committer": {"login": login},
            "parents": [{"sha": parent} for parent in parents],
        }

    def _sha(self, *what: object) -> str:
        return hashlib.sha1(repr((self.name, what)).encode()).hexdigest()
