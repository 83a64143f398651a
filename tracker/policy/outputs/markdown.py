"""Markdown for a job's summary or a comment. Foreign texts cannot be links, mentions, images, HTML or cells of a table."""

import re

from tracker.policy.banner import word_for
from tracker.policy.outputs import Report
from tracker.policy.plain_text import one_line

ACTIVE = re.compile(r"[\\`*_{}\[\]()#+!|<>~&@$\"'^=-]|:(?=//)|(?<=www)\.")
SIGNS = {"PASS": "✅", "FAIL": "❌", "ERROR": "❗", "WARN": "⚠️", "WAIVED": "⏭️", "SKIP": "⏭️"}
AT_MOST = 1000 * 1000  # bytes: GitHub takes a mebibyte per step


def markdown(report: Report) -> str:
    """A heading, the notes, a table of the checks, the verdict."""
    head = report.heading
    lines = [f"### {plain(report.headline)}: {report.verdict.value.upper()}", "", plain(report.decision.because), ""]
    lines += [f"> {plain(note)}\n" for note in head.notes]
    if report.decision.results:
        lines += ["| | check | what it said | fix |", "|---|---|---|---|"]
    for one in report.decision.results:
        word = word_for(one)
        said = plain(one.summary) + (f"<br>{plain(one.waived)}" if one.waived else "")
        fix = plain(one.fix) if word in ("FAIL", "ERROR", "WARN") else ""
        lines.append(f"| {SIGNS[word]} {word} | {plain(one.check)} | {said} | {fix} |")
    lines += ["", _from_to(report), ""]
    if report.url and re.fullmatch(r"https?://[^\s<>()\[\]|\"]+", report.url):
        lines += [f"[The gate's page]({report.url})", ""]
    return "\n".join(lines).encode()[:AT_MOST].decode("utf-8", "ignore") + "\n"


def plain(text: str) -> str:
    """A text that means nothing in Markdown but itself."""
    return ACTIVE.sub(lambda match: f"&#{ord(match[0])};", one_line(text, 500))


def _from_to(report: Report) -> str:
    change = report.heading.change
    old, new = (change.old or "nothing")[:8], (change.new or "not known")[:8]
    return (
        f"{plain(change.repo or '')} {old} → {new} · {plain(change.subject)} · policy {plain(report.heading.policy)}".strip()
    )
