"""The banner, the checks, the verdict: for a terminal or a log. GitLab's log folds the checks that passed."""

from dataclasses import replace

from tracker.domain.policy import Outcome
from tracker.policy.banner import Look, bottom, table
from tracker.policy.outputs import Report


def below_the_banner(report: Report, look: Look) -> str:
    """What comes after the banner's head, which is shown before the checks run."""
    return table(report.decision.results, look) + bottom(report.decision, look, url=report.url)


def gitlab(report: Report, look: Look) -> str:
    """The same with the passed checks in a section that is folded (docs.gitlab.com, “Custom collapsible sections”)."""
    passed = [one for one in report.decision.results if one.outcome is Outcome.PASS]
    others = [one for one in report.decision.results if one.outcome is not Outcome.PASS]
    if len(passed) < 3:
        return below_the_banner(report, look)
    second = int(report.at.timestamp())
    name = "tracker_gate_passed"
    start = f"\x1b[0Ksection_start:{second}:{name}[collapsed=true]\r\x1b[0K  {len(passed)} checks pass\n"
    end = f"\x1b[0Ksection_end:{second}:{name}\r\x1b[0K\n"
    rest = replace(report, decision=replace(report.decision, results=tuple(others)))
    return start + table(passed, look) + end + below_the_banner(rest, look)
