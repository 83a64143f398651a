"""What a gate said, in the forms that CIs and people read. All derive from one `Report`; the JSON says all of it.

Whatever comes from commits, branches and answers of hubs is hostile here and harmless there: each form escapes in its own
way, on top of texts that are one line without control characters (tracker.policy.plain_text).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.policy import Verdict
from tracker.policy.banner import Heading, headline, status_context
from tracker.policy.values import Decision

__all__ = ["Deploy", "Report", "as_json"]

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """What `gate exec` ran after an allow. `code` as a shell counts it; None: it was not run, or has not ended."""

    command: str
    started_at: datetime
    finished_at: datetime | None = None
    code: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One question and its answer. `phase` is check, exec (until the command is begun) or deploy (from then on)."""

    heading: Heading
    decision: Decision
    at: datetime
    phase: str = "check"
    dry_run: bool = False
    online: bool = True
    digest: str = ""
    url: str | None = None
    expires_at: datetime | None = None
    deploy: Deploy | None = None

    @property
    def headline(self) -> str:
        return headline(self.heading.change, protected=self.heading.protected, title=self.heading.title)

    @property
    def exit_code(self) -> int:
        if self.deploy is not None and self.deploy.code is not None:
            return self.deploy.code
        return 0 if self.dry_run else self.decision.verdict.exit_code

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict


def as_json(report: Report) -> dict[str, Any]:
    """The whole report. Its form is fixed by `version`: without a new one keys may come, and none goes or changes."""
    from tracker.policy.banner import description
    from tracker.policy.wire import to_json

    head, decision = report.heading, report.decision
    return {
        "version": VERSION,
        "phase": report.phase,
        "headline": report.headline,
        "deployment": head.change.deployment,
        "stage": head.change.stage,
        "verdict": decision.verdict.value,
        "because": decision.because,
        "blocking": list(decision.blocking),
        "exit_code": report.exit_code,
        "dry_run": report.dry_run,
        "online": report.online,
        "status": {"context": status_context(head.where), "description": description(decision), "target_url": report.url},
        "policy": {"name": head.policy.rpartition("@")[0], "digest": report.digest},
        "now": to_json(head.now),
        "notes": list(head.notes),
        "change": to_json(head.change),
        "results": to_json(decision.results),
        "at": to_json(report.at),
        "expires_at": to_json(report.expires_at),
        "url": report.url,
        "deploy": to_json(report.deploy),
    }
