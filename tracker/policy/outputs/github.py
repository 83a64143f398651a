"""GitHub Actions: annotations in the log, outputs of the step, a summary of the job."""

from tracker.policy.banner import word_for
from tracker.policy.outputs import Report
from tracker.policy.outputs.dotenv import values
from tracker.policy.plain_text import one_line

LEVELS = {"FAIL": "error", "ERROR": "error", "WARN": "warning", "WAIVED": "notice"}
AT_MOST = 10  # GitHub shows ten annotations of each level per step


def annotations(report: Report) -> str:
    """One `::error …::` line for each check that stands in the way, `::warning` and `::notice` for what one should know."""
    lines, counts = [], dict.fromkeys(LEVELS.values(), 0)
    for one in report.decision.results:
        level = LEVELS.get(word_for(one))
        if level is None or counts[level] >= AT_MOST:
            continue
        counts[level] += 1
        fix = f" — fix: {one_line(one.fix)}" if one.fix else ""
        waived = f" — {one_line(one.waived)}" if one.waived else ""
        title = f"{report.heading.where}: {one.check}"
        lines.append(f"::{level} title={in_property(title)}::{in_message(one_line(one.summary) + waived + fix)}\n")
    if not report.decision.blocking and not report.verdict.lets_through:  # shut, and no check says why
        because = in_message(one_line(report.decision.because))
        lines.insert(0, f"::error title={in_property(report.heading.where)}::{because}\n")
    return "".join(lines)


def outputs(report: Report) -> str:
    """Lines for the file $GITHUB_OUTPUT."""
    return "".join(f"{name.removeprefix('TRACKER_').lower()}={value}\n" for name, value in values(report).items())


def in_message(text: str) -> str:
    """As the runner decodes it (actions/toolkit, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    return in_message(one_line(text)).replace(":", "%3A").replace(",", "%2C")
