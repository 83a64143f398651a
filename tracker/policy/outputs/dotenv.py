"""NAME=value lines for later steps (GitLab's `artifacts: reports: dotenv`). Values are names, ids and addresses: nothing
that somebody wrote into a commit."""

import re

from tracker.policy.banner import status_context
from tracker.policy.outputs import Report

NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._/:@%+=()<>,?&~-]")


def dotenv(report: Report) -> str:
    return "".join(f"{name}={value}\n" for name, value in values(report).items())


def values(report: Report) -> dict[str, str]:
    """What later steps may want to know, by the name of its variable."""
    change = report.heading.change
    stage = change.stage.upper() if report.heading.protected else change.stage
    told = {
        "TRACKER_VERDICT": report.verdict.value,
        "TRACKER_DEPLOYMENT": change.deployment,
        "TRACKER_STAGE": change.stage,
        "TRACKER_CONTENT_ID": change.content_id or "",
        "TRACKER_COMMIT": change.new or "",
        "TRACKER_POLICY": report.heading.policy,
        "TRACKER_STATUS_CONTEXT": status_context(report.heading.where),
        "TRACKER_GATE_URL": report.url or "",
        "TRACKER_BLOCKING": ",".join(report.decision.blocking),
        "TRACKER_HEADLINE": f"{stage} <- {change.deployment}",
    }
    return {name: NOT_PLAIN.sub("", value) for name, value in told.items()}
