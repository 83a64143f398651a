"""One project as GitLab's API tells it; what only members may read is null or refused for others."""

import hashlib
import re
from datetime import datetime
from itertools import count
from typing import Any

Json = dict[str, Any]


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class GitLabProject:
    def __init__(self, name: str) -> None:
        self.name = name
        self.pipeline_must_succeed = False
        self.skipped_is_fine = False
        self.protected: dict[str, Json] = {}
        self.external_checks: list[Json] | None = None  # None: not this edition of GitLab
        self.external_must_pass = False
        self.branches: dict[str, list[Json]] = {}
        self.requests: list[Json] = []
        self.statuses: list[Json] = []
        self.events: list[Json] = []
        self._ids = count(1)

    def protect(self, branch: str, *, push_level: int = 0, force_push: bool = False) -> None:
        """`push_level` 0: nobody pushes past a merge request; 40: maintainers do."""
        words = {0: "No one", 30: "Developers + Maintainers", 40: "Maintainers"}
        self.protected[branch] = {
            "name": branch,
            "push_access_levels": [{"access_level": push_level, "access_level_description": words[push_level]}],
            "merge_access_levels": [{"access_level": 40, "access_level_description": "Maintainers"}],
            "allow_force_push": force_push,
        }

    def push(self, branch: str, *, at: datetime, subject: str = "Work", name: str = "Ada") -> str:
        line = self.branches.setdefault(branch, [])
        sha = hashlib.sha1(repr((self.name, next(self._ids))).encode()).hexdigest()
        line.insert(
            0,
            {
                "id": sha,
                "title": subject,
                "message": subject,
                "author_name": name,
                "committed_date": stamp(at),
                "parent_ids": [line[0]["id"]] if line else [],
                "web_url": f"https://gitlab.com/{self.name}/-/commit/{sha}",
            },
        )
        before = line[1]["id"] if len(line) > 1 else None
        data = {"action": "pushed", "ref_type": "branch", "ref": branch, "commit_from": before, "commit_to": sha}
        event = {"id": next(self._ids), "action_name": "pushed to", "created_at": stamp(at), "push_data": data}
        self.events.insert(0, event | {"author": {"username": name.lower()}})
        return sha

    def open(self, target: str, *, at: datetime, title: str = "Change") -> Json:
        iid = next(self._ids)
        request = {
            "iid": iid,
            "title": title,
            "state": "opened",
            "target_branch": target,
            "source_branch": f"change-{iid}",
            "sha": hashlib.sha1(repr((self.name, "head", iid)).encode()).hexdigest(),
            "web_url": f"https://gitlab.com/{self.name}/-/merge_requests/{iid}",
            "author": {"username": "ada", "name": "Ada"},
            "updated_at": stamp(at),
            "merged_at": None,
            "merge_commit_sha": None,
            "squash_commit_sha": None,
        }
        self.requests.append(request)
        return request

    def merge(self, request: Json, *, at: datetime) -> str:
        sha = self.push(request["target_branch"], at=at, subject=f"Merge branch '{request['source_branch']}'")
        self.branches[request["target_branch"]][0]["parent_ids"].append(request["sha"])
        request |= {"state": "merged", "merged_at": stamp(at), "updated_at": stamp(at), "merge_commit_sha": sha}
        return sha

    def status(self, sha: str, name: str, status: str, *, at: datetime, allow_failure: bool = False) -> None:
        """A job or an external status: success, failed, canceled, skipped, running, pending."""
        number = next(self._ids)
        self.statuses.insert(
            0,
            {
                "id": number,
                "sha": sha,
                "name": name,
                "status": status,
                "allow_failure": allow_failure,
                "created_at": stamp(at),
                "finished_at": stamp(at) if status in ("success", "failed", "canceled") else None,
                "target_url": f"https://gitlab.com/{self.name}/-/jobs/{number}",
                "author": {"username": "ada"},
            },
        )

    def answer(self, path: str, query: Json, *, signed_in: bool) -> tuple[int, Any]:
        if path == "":
            return 200, self._project(signed_in)
        if path == "protected_branches":
            return (200, list(self.protected.values())) if signed_in else (401, {"message": "401 Unauthorized"})
        if path == "external_status_checks":
            known = signed_in and self.external_checks is not None
            return (200, self.external_checks) if known else (404, {"message": "404 Not Found"})
        if path == "events":
            return (200, self.events) if signed_in else (404, {"message": "404 Not Found"})
        if path == "merge_requests":
            return 200, self._requests(query)
        if path == "repository/commits":
            line = self.branches.get(query.get("ref_name", "main"))
            return (200, line) if line is not None else (404, {"message": "404 Not Found"})
        if found := re.fullmatch(r"repository/branches/(.+)", path):
            line = self.branches.get(found[1])
            branch = {"name": found[1], "protected": found[1] in self.protected}
            return (200, {**branch, "commit": line[0]}) if line else (404, {"message": "404 Branch Not Found"})
        if found := re.fullmatch(r"repository/commits/([^/]+)", path):
            known = [row for line in self.branches.values() for row in line if row["id"] == found[1]]
            return (200, known[0]) if known else (404, {"message": "404 Commit Not Found"})
        if found := re.fullmatch(r"repository/commits/(.+)/(statuses|merge_requests)", path):
            return 200, self._of_commit(found[1], found[2], query)
        return 404, {"message": "404 Not Found"}

    def _project(self, signed_in: bool) -> Json:
        told: Json = {"id": 1, "path_with_namespace": self.name, "web_url": f"https://gitlab.com/{self.name}"}
        told["only_allow_merge_if_pipeline_succeeds"] = self.pipeline_must_succeed if signed_in else None
        told["allow_merge_on_skipped_pipeline"] = self.skipped_is_fine if signed_in else None
        if signed_in and self.external_checks is not None:
            told["only_allow_merge_if_all_status_checks_passed"] = self.external_must_pass
        return told

    def _requests(self, query: Json) -> list[Json]:
        rows = [r for r in self.requests if query.get("state", "all") in ("all", r["state"])]
        rows = [r for r in rows if query.get("target_branch") in (None, r["target_branch"])]
        return sorted(rows, key=lambda r: (r["updated_at"], r["iid"]), reverse=True)

    def _of_commit(self, sha: str, what: str, query: Json) -> Any:
        if what == "merge_requests":
            return [r for r in self.requests if sha in (r["merge_commit_sha"], r["sha"])]
        rows = [row for row in self.statuses if row["sha"] == sha and query.get("name") in (None, row["name"])]
        if query.get("all") == "true":
            return rows
        newest: dict[str, Json] = {}
        for row in rows:
            newest.setdefault(row["name"], row)
        return list(newest.values())
